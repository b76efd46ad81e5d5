import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { sleep } from '@shopverse/mesh/backoff';
import type { Command, Part } from '../parts/part.ts';
import { StackError } from '../stack-error.ts';
import type { LogFile } from './log-file.ts';
import { groupIsRunning, identify, signalGroup, type ProcessIdentity } from './processes.ts';

/** How long a process that ended may take to hand over its last words, in milliseconds. */
const LAST_WORDS_MS = 200;
/** Niceness of a follower: about a third of the processor time of one that serves a purchase, when there is too little for both. */
const FOLLOWER_NICENESS = 5;

/** The process of a part, in a process group of its own: Ctrl-C reaches the supervisor alone, and what the part starts can be ended with it. */
export class PartProcess {
  readonly #part: Part;
  readonly #child: ChildProcess;
  readonly #pid: number;
  readonly identity: ProcessIdentity | undefined;
  #ending: Promise<void> | undefined;

  private constructor(part: Part, child: ChildProcess, pid: number) {
    this.#part = part;
    this.#child = child;
    this.#pid = pid;
    this.identity = identify(pid);
  }

  /** Starts the process; what it prints goes to the log. @throws StackError when the program can't be run */
  static async start(part: Part, { file, args, env, cwd, user }: Command, log: LogFile): Promise<PartProcess> {
    const child = spawn(file, args, {
      env: env ?? process.env,
      ...(cwd === undefined ? {} : { cwd }),
      ...user,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk: Buffer) => log.write(chunk));
    child.stderr.on('data', (chunk: Buffer) => log.write(chunk));
    // Without a pid it was never started, and says why at the next turn of the loop.
    if (child.pid !== undefined) {
      if (part.follower === true) giveWay(child.pid);
      return new PartProcess(part, child, child.pid);
    }
    const [error] = (await once(child, 'error')) as [Error];
    throw new StackError(`${part.name} can't be started: ${error.message}.`, { cause: error });
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** How it ended: `exit code 1`, `signal SIGKILL`. */
  get howEnded(): string {
    const { exitCode, signalCode } = this.#child;
    return signalCode === null ? `exit code ${exitCode}` : `signal ${signalCode}`;
  }

  async ended(): Promise<void> {
    if (!this.hasEnded) await once(this.#child, 'exit');
  }

  /** Resolves when all that it printed is in the log, or soon after. */
  async lastWords(): Promise<void> {
    if (this.#child.stdout?.readableEnded === true && this.#child.stderr?.readableEnded === true) return;
    await Promise.race([once(this.#child, 'close'), sleep(LAST_WORDS_MS)]);
  }

  /** Signals the whole group; nothing happens when it is gone. */
  signal(signal: NodeJS.Signals): void {
    signalGroup(this.#pid, signal);
  }

  /** Ends it with its own stop signal, by force when its time is over or when `force` says so, and with it whatever it started. */
  end({ force = false } = {}): Promise<void> {
    return (this.#ending ??= this.#end(force));
  }

  async #end(force: boolean): Promise<void> {
    if (!this.hasEnded) {
      const { beforeStop, stopSignal = 'SIGTERM', stopTimeoutMs = 12_000 } = this.#part;
      if (!force) await beforeStop?.().catch(() => {}); // a part that does not answer is stopped all the same
      const limit = setTimeout(() => this.signal('SIGKILL'), stopTimeoutMs);
      // To it alone: a server such as PostgreSQL tells its own processes.
      if (!this.hasEnded) this.#child.kill(force ? 'SIGKILL' : stopSignal);
      await this.ended().finally(() => clearTimeout(limit));
    }
    await this.endLeftovers();
  }

  /** Ends the processes that it started and left behind. */
  async endLeftovers(): Promise<void> {
    if (await groupIsRunning(this.#pid)) this.signal('SIGKILL');
  }
}

/** Of a process that has just been started: the threads that it makes are as nice as it is. */
function giveWay(pid: number): void {
  try {
    setPriority(pid, FOLLOWER_NICENESS);
  } catch {
    // It has ended already, or the system knows no niceness: it is a matter of speed alone.
  }
}
