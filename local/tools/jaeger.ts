import { join } from 'node:path';
import { install, type Progress } from './install.ts';
import { mustHave } from './prerequisites.ts';
import { run } from './run.ts';

const MODULE = 'github.com/jaegertracing/jaeger';
/** The module's last v1 tag carries Jaeger 2.13 as cmd/jaeger. */
const MODULE_VERSION = 'v1.76.0';

/**
 * Path of the Jaeger binary, built from its Go module when it is not there yet: five to ten minutes, once, with low priority. It is built in the module's own
 * folder, as its go.mod has a replace directive, which `go install` refuses.
 *
 * @throws StackError with the way out
 */
export async function installJaeger(tools: string, progress: Progress = () => {}, signal?: AbortSignal): Promise<string> {
  const folder = await install(
    tools,
    `jaeger-2.13.0`,
    progress,
    async (target) => {
      await mustHave('jaeger');
      const options = { progress, timeoutMs: 40 * 60_000, ...(signal === undefined ? {} : { signal }) };
      const otherwise =
        'Jaeger could not be built; set SHOPVERSE_JAEGER to a Jaeger binary, or SHOPVERSE_JAEGER_URL and SHOPVERSE_OTLP_URL to a server of yours.';
      progress('downloading its Go modules');
      const found = JSON.parse(await run('go', ['mod', 'download', '-json', `${MODULE}@${MODULE_VERSION}`], otherwise, options)) as {
        Dir: string;
      };
      progress('building it, once; this takes five to ten minutes');
      const flags = `-s -w -X ${MODULE}/internal/version.latestVersion=${MODULE_VERSION}`;
      await run(
        'nice',
        ['-n', '15', 'go', 'build', '-trimpath', '-ldflags', flags, '-o', join(target, 'jaeger'), './cmd/jaeger'],
        otherwise,
        { ...options, cwd: found.Dir },
      );
    },
    signal,
  );
  return join(folder, 'jaeger');
}
