import { statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { openHome } from '../home.ts';
import { choosePorts, mustBeFree } from '../ports.ts';
import { portSettings, readSettings, type StackConfig } from '../settings.ts';
import type { StackError } from '../stack-error.ts';
import { askControl } from '../supervisor/control.ts';
import { PREREQUISITES } from '../tools/prerequisites.ts';

/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  /** The stack is up without it. */
  readonly optional: boolean;
  /** What was found, or what is wrong and the way out. */
  readonly says: string;
}

const NEEDED_DISK_BYTES = 2e9;
const NEEDED_MEMORY_BYTES = 2.5e9;

/** `shopverse doctor`: exit code 0 only when all that is needed is there. */
export async function doctor({ json = false }: { readonly json?: boolean }): Promise<void> {
  const config = readSettings();
  const findings = [...(await tools()), await ports(config), await disk(config), memory()];
  if (findings.some(({ ok, optional }) => !ok && !optional)) process.exitCode = 1;
  if (json) return void process.stdout.write(`${JSON.stringify({ findings })}\n`);
  for (const { name, ok, optional, says } of findings)
    process.stdout.write(`${ok ? '✓' : optional ? '–' : '✗'} ${name.padEnd(18)} ${says}\n`);
}

async function tools(): Promise<Finding[]> {
  return Promise.all(
    PREREQUISITES.map(({ name, optional, check }) =>
      check().then(
        (version) => ({ name, ok: true, optional, says: version }),
        (error: unknown) => ({ name, ok: false, optional, says: error instanceof Error ? error.message : String(error) }),
      ),
    ),
  );
}

async function ports(config: StackConfig): Promise<Finding> {
  const name = 'ports';
  if ((await askControl(config.SHOPVERSE_HOME, 'status')) !== undefined)
    return { name, ok: true, optional: false, says: 'used by the stack, which runs' };
  const home = await openHome(config.SHOPVERSE_HOME);
  const chosen = await choosePorts(config, home);
  const taken: string[] = [];
  for (const part of Object.keys(chosen)) await mustBeFree(chosen, part, part).catch((error: StackError) => taken.push(error.message));
  return {
    name,
    ok: taken.length === 0,
    optional: false,
    says: taken.length === 0 ? `all ${Object.keys(portSettings).length} are free` : taken.join(' '),
  };
}

async function disk({ SHOPVERSE_HOME: home }: StackConfig): Promise<Finding> {
  const { bavail, bsize } = await statfs((await openHome(home)).folder);
  const free = bavail * bsize;
  const ok = free > NEEDED_DISK_BYTES;
  return {
    name: 'disk',
    ok,
    optional: false,
    says: ok
      ? `${(free / 1e9).toFixed(0)} GB free`
      : `Only ${(free / 1e9).toFixed(1)} GB are free where ${home} is: free 2 GB, or set SHOPVERSE_HOME to another disk.`,
  };
}

function memory(): Finding {
  const free = freemem();
  const ok = free > NEEDED_MEMORY_BYTES;
  return {
    name: 'memory',
    ok,
    optional: true,
    says: ok
      ? `${(free / 1e9).toFixed(1)} GB free`
      : `Only ${(free / 1e9).toFixed(1)} GB are free, and the stack takes about 2: close something.`,
  };
}
