import { chmod, chown, cp, lstat, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StackError } from '../stack-error.ts';
import { install } from '../tools/install.ts';

/** A user of the machine, by number. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** Whom PostgreSQL runs as: nobody special when the stack runs as an ordinary user; as root, which PostgreSQL refuses, `postgres` or `nobody`. */
export async function postgresUser(): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const entry = lines.find(([login]) => login === name);
    if (entry !== undefined) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new StackError(
    'PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it as: start the stack as an ordinary user.',
  );
}

/** Makes `folder` the user's, with all that is in it. */
export async function giveTo(folder: string, user: SystemUser | undefined): Promise<void> {
  if (user === undefined || (await stat(folder)).uid === user.uid) return;
  for (const entry of await readdir(folder, { recursive: true })) await chown(join(folder, entry), user.uid, user.gid);
  await chown(folder, user.uid, user.gid);
}

/**
 * A copy of PostgreSQL's programs where `user` can reach them: a folder below a home of root is closed to everybody else. Answers `native` itself when
 * it can be reached.
 */
export async function reachable(native: string, version: string, user: SystemUser | undefined): Promise<string> {
  if (user === undefined || (await openToAll(native))) return native;
  const folder = await install('/var/tmp/shopverse', `postgres-${version}`, () => {}, async (target) => {
    await cp(native, target, { recursive: true, verbatimSymlinks: true });
    await chmod(target, 0o755);
  }); // prettier-ignore
  return folder;
}

async function openToAll(path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    if (((await lstat(folder)).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** Makes a folder that only its owner reads, for a data directory; its parents stay passable for the owner. */
export async function privateFolder(folder: string, user: SystemUser | undefined): Promise<void> {
  if (!existsSync(folder)) await mkdir(folder, { recursive: true, mode: 0o700 });
  await giveTo(folder, user);
  if (user === undefined || (await openToAll(dirname(folder)))) return;
  throw new StackError(
    `PostgreSQL refuses to run as root, and the user it runs as can't pass through ${dirname(folder)}: set SHOPVERSE_HOME to a folder that everybody may enter, or start the stack as an ordinary user.`,
  );
}
