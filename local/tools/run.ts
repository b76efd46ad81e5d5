import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { StackError } from '../stack-error.ts';

/** A program that is run to its end. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Hears each line that the program prints. */
  readonly progress?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Who runs it, when not the one who runs the stack. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Longest time, in milliseconds. @default 20 minutes */
  readonly timeoutMs?: number;
}

/** Last lines that are kept for the error. */
const KEPT_LINES = 40;

/**
 * Runs a program to its end and answers what it printed on stdout.
 *
 * @throws StackError with `otherwise` and what the program said last, when it can't be started or fails
 */
export async function run(file: string, args: readonly string[], otherwise: string, options: RunOptions = {}): Promise<string> {
  const { cwd, env, progress, signal, user, timeoutMs = 20 * 60_000 } = options;
  const limit = AbortSignal.timeout(timeoutMs);
  const child = spawn(file, args, {
    ...(cwd === undefined ? {} : { cwd }),
    ...user,
    env: env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
  });
  const printed: string[] = [];
  const last: string[] = [];
  const hear = (line: string) => {
    if (line.trim() === '') return;
    last.push(line);
    if (last.length > KEPT_LINES) last.shift();
    progress?.(line);
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    printed.push(line);
    hear(line);
  });
  createInterface({ input: child.stderr }).on('line', hear);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === 0) return printed.join('\n');
  } catch (error) {
    throw new StackError(`${otherwise} (${file}: ${error instanceof Error ? error.message : String(error)})`, { cause: error });
  }
  throw new StackError(`${otherwise} (${file} said: ${lastWords(last)})`);
}

/** The line that says most: the last one that speaks of an error, else the last. */
function lastWords(lines: readonly string[]): string {
  return (lines.findLast((line) => /error|fail|denied|no space|cannot|not found/i.test(line)) ?? lines.at(-1) ?? 'nothing')
    .trim()
    .slice(0, 300);
}
