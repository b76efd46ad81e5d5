import { spawn, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { once } from 'node:events';

const NODE = new URL('../node_modules/.bin/node', import.meta.url).pathname;
const REGISTER = new URL('../mesh/telemetry/register.ts', import.meta.url).href;

/** A process of a benchmark, talked to by messages. */
export interface BenchProcess {
  readonly child: ChildProcess;
  /** Sends a message (if there is one) and waits for the next one that comes back. */
  ask<Answer>(message?: object): Promise<Answer>;
  stop(): Promise<void>;
}

/** Options of a process. */
export interface BenchProcessOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether telemetry is set up as in a service. @default true */
  readonly telemetry?: boolean;
}

/** Starts a module of the benchmark as a process of its own; its log goes nowhere, as to a disk that costs nothing. */
export function startProcess(module: URL, { args = [], env = {}, telemetry = true }: BenchProcessOptions = {}): BenchProcess {
  const nowhere = openSync('/dev/null', 'w');
  const child = spawn(NODE, [...(telemetry ? ['--import', REGISTER] : []), module.pathname, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', nowhere, 'inherit', 'ipc'],
  });
  return {
    child,
    ask: async <Answer>(message?: object) => {
      const settled = new AbortController();
      const options = { signal: settled.signal };
      const early = once(child, 'exit', options).then(() => Promise.reject(new Error(`${module.pathname} ended early`)));
      const answered = Promise.race([once(child, 'message', options), early]);
      early.catch(() => {}); // the one that loses the race is aborted below
      if (message !== undefined) child.send(message);
      const [answer] = (await answered.finally(() => settled.abort())) as [Answer];
      return answer;
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** CPU time in microseconds. */
export function cpuMicros({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}
