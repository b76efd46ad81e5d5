import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const TOOL = fileURLToPath(new URL('../local/bin/shopverse.js', import.meta.url));

async function spawnTool(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [TOOL, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

/** Runs `npx shopverse …` on the stack that `env` names. @throws Error with what it said when it fails */
export async function runTool(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const { code, out, err } = await spawnTool(args, env);
  if (code !== 0) throw new Error(`shopverse ${args.join(' ')} failed: ${err || out}`);
}

/** Runs `npx shopverse … --json` and reads what it printed, whatever its exit code. @throws Error when it printed none */
export async function runToolForJson<Answer>(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Answer> {
  const { out, err } = await spawnTool([...args, '--json'], env);
  const line = out.split('\n').findLast((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(`shopverse ${args.join(' ')} printed no JSON: ${err || out}`);
  return JSON.parse(line) as Answer;
}
