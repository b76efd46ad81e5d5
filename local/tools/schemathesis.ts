import { join } from 'node:path';
import { install, type Progress } from './install.ts';
import { run } from './run.ts';

const VERSION = '4.32.5';

/** How to run Schemathesis: its program, and the environment it needs. */
export interface Schemathesis {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Schemathesis, which makes requests of an OpenAPI document and looks at the answers; fetched from PyPI, all versions pinned (schemathesis-requirements.txt), when it is not
 * there yet. Only tests need it.
 *
 * @throws StackError with the way out
 */
export async function installSchemathesis(tools: string, progress: Progress = () => {}): Promise<Schemathesis> {
  const folder = await install(tools, `schemathesis-${VERSION}`, progress, async (target) => {
    const requirements = join(import.meta.dirname, 'schemathesis-requirements.txt');
    const args = [
      '-m',
      'pip',
      'install',
      '--no-deps',
      '--only-binary=:all:',
      '--disable-pip-version-check',
      '--target',
      target,
      '-r',
      requirements,
    ];
    await run('python3', args, 'Schemathesis could not be fetched; it needs Python 3.10 with pip, and PyPI.', {
      progress,
      env: { ...process.env, PIP_ROOT_USER_ACTION: 'ignore' },
    });
  });
  return {
    file: 'python3',
    args: ['-c', 'from schemathesis.cli import schemathesis; schemathesis()'],
    env: { PATH: process.env['PATH'], HOME: folder, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' },
  };
}
