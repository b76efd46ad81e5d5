import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from './install.ts';
import { run } from './run.ts';

/** Copies the jars that a pom names into `<target>/libs`. @throws StackError with the way out */
export async function copyJars(
  pom: string,
  target: string,
  what: string,
  setting: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  await copyFile(pom, join(target, 'pom.xml'));
  await mkdir(join(target, 'libs'), { recursive: true });
  await run(
    'mvn',
    ['-B', '-ntp', '-f', join(target, 'pom.xml'), 'dependency:copy-dependencies'],
    `${what} could not be fetched; set ${setting} to a server of yours, or try again with the network up.`,
    {
      progress: (line) => progress(line.replaceAll(/\u001b\[[\d;]*m|^\[\w+\]\s*/g, '')),
      cwd: target,
      ...(signal === undefined ? {} : { signal }),
    },
  );
}
