import { spawn } from 'node:child_process';

/** How a command ended. */
export interface Ending {
  readonly ok: boolean;
  /** What it wrote, when that was collected. */
  readonly output: string;
  readonly ms: number;
}

export interface CommandOptions {
  /** After this many milliseconds the command and all it started are killed, and have failed. */
  readonly limitMs: number;
  /** Collect what it writes instead of letting it through. @default false */
  readonly quiet?: boolean;
  /** Variables beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

const running = new Set<number>();

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const group of running) killGroup(group);
    process.exit(130);
  });
}

/** Runs a command without a terminal or input. Never throws: what can't be started has failed. */
export async function run(command: string, args: readonly string[], { limitMs, quiet = false, env }: CommandOptions): Promise<Ending> {
  const started = performance.now();
  return new Promise((resolve) => {
    const stdio = quiet ? (['ignore', 'pipe', 'pipe'] as const) : (['ignore', 'inherit', 'inherit'] as const);
    // A process group of its own, so that servers it leaves behind can be ended with it.
    const child = spawn(command, args, { stdio: [...stdio], detached: true, env: { ...process.env, ...env } });
    const group = child.pid;
    if (group !== undefined) running.add(group);
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
    const timer = setTimeout(() => {
      chunks.push(Buffer.from(`\n${command} ${args.join(' ')} was not done after ${limitMs / 1000} s.\n`));
      if (!quiet) process.stderr.write(chunks.at(-1) ?? '');
      if (group !== undefined) killGroup(group);
    }, limitMs);
    const end = (ok: boolean): void => {
      clearTimeout(timer);
      if (group !== undefined) {
        running.delete(group);
        killGroup(group);
      }
      resolve({ ok, output: Buffer.concat(chunks).toString(), ms: performance.now() - started });
    };
    child.once('error', (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      end(false);
    });
    child.once('close', (code) => end(code === 0));
  });
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}
