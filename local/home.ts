import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plain } from './stack-error.ts';

/** The folder of one stack: data, logs, what runs, secrets. */
export interface Home {
  readonly folder: string;
  readonly data: (part: string) => string;
  readonly logs: string;
  readonly run: string;
  readonly certificates: string;
}

/** Makes the folders of a stack. @throws StackError when they can't be made */
export async function openHome(folder: string): Promise<Home> {
  const home: Home = {
    folder,
    data: (part) => join(folder, 'data', part),
    logs: join(folder, 'logs'),
    run: join(folder, 'run'),
    certificates: join(folder, 'certificates'),
  };
  try {
    for (const path of [join(folder, 'data'), home.logs, home.run, home.certificates]) await mkdir(path, { recursive: true });
    // PostgreSQL may run as another user, which must pass through; what is secret has a mode of its own.
    for (const path of [folder, join(folder, 'data')]) await chmod(path, 0o711);
  } catch (error) {
    throw plain(error, folder);
  }
  return home;
}

/** Writes a file so that whoever reads it sees all of the old or all of the new. */
export async function writeAtomically(file: string, content: string, mode = 0o644): Promise<void> {
  const next = `${file}.${process.pid}.new`;
  await writeFile(next, content, { mode });
  await rename(next, file);
}

/** Reads a JSON file; undefined when it is not there. */
export async function readJson<T>(file: string): Promise<T | undefined> {
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return content === undefined ? undefined : (JSON.parse(content) as T);
}

/** Passwords and keys of one stack, made once. */
export interface Secrets {
  readonly postgres: string;
  readonly roles: Readonly<Record<string, string>>;
  readonly clickhouse: string;
  readonly authMasterKey: string;
  readonly razorpay: { readonly keyId: string; readonly keySecret: string; readonly webhookSecret: string };
  readonly admin: { readonly email: string; readonly password: string };
  readonly customer: { readonly email: string; readonly password: string };
}

/** The stack's secrets (secrets.json, mode 0600), made at the first call. */
export async function openSecrets({ folder }: Home, roles: readonly string[]): Promise<Secrets> {
  const file = join(folder, 'secrets.json');
  const known = await readJson<Secrets>(file);
  if (known !== undefined) return known;
  const word = () => randomBytes(18).toString('base64url');
  const secrets: Secrets = {
    postgres: word(),
    roles: Object.fromEntries(roles.map((role) => [role, word()])),
    clickhouse: word(),
    authMasterKey: randomBytes(32).toString('base64'),
    razorpay: { keyId: `rzp_test_${randomBytes(7).toString('hex')}`, keySecret: word(), webhookSecret: word() },
    admin: { email: 'admin@shopverse.example', password: word() },
    customer: { email: 'customer@shopverse.example', password: word() },
  };
  await writeAtomically(file, JSON.stringify(secrets, undefined, 2), 0o600);
  return secrets;
}
