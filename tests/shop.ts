import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const TOOL = join(import.meta.dirname, '../local/bin/shopverse.js');

/** How a run of the tool ended. */
export interface ToolRun {
  readonly code: number | null;
  readonly stdout: string;
  /** Both streams, for people. */
  readonly output: string;
}

/** How the tool is run. */
export interface ToolOptions {
  /** @default 120000 */
  readonly timeoutMs?: number;
  /** Beside this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs `npx shopverse …` with this process's environment. */
export async function shopverse(args: readonly string[], { timeoutMs = 120_000, env = {} }: ToolOptions = {}): Promise<ToolRun> {
  const child = spawn(process.execPath, [TOOL, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    timeout: timeoutMs,
  });
  let [stdout, output] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, output };
}

/** Runs `npx shopverse … --json` and reads what it printed. */
export async function shopverseJson<Answer>(
  args: readonly string[],
  options?: Parameters<typeof shopverse>[1],
): Promise<Answer & { readonly code: number | null }> {
  const { code, stdout, output } = await shopverse([...args, '--json'], options);
  const line = stdout.split('\n').findLast((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(`shopverse ${args.join(' ')} printed no JSON: ${output}`);
  return { ...(JSON.parse(line) as Answer), code };
}
