import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { backoffMs, sleep } from '@shopverse/mesh/backoff';
import type { Part } from '../parts/part.ts';
import { plain, StackError } from '../stack-error.ts';
import { LogFile } from './log-file.ts';
import { groupIsRunning, identify, signalGroup, type ProcessIdentity } from './processes.ts';

/** Where a part stands. */
export type PartState = 'waiting' | 'fetching' | 'starting' | 'ready' | 'restarting' | 'failing' | 'stopping' | 'stopped' | 'unavailable';

/** How the supervisor treats parts; the defaults are right but for tests. */
export interface Patience {
  /** Longest time from start to ready, in milliseconds. @default 120000 */
  readonly readyTimeoutMs?: number;
  /** Upper bound of the first wait before a restart, in milliseconds. @default 250 */
  readonly restartInitialMs?: number;
  /** Longest wait before a restart, in milliseconds. @default 15000 */
  readonly restartMaxMs?: number;
}

/** A part that has been ready for this long has recovered: its failures are forgotten. */
const RECOVERED_MS = 30_000;
/** From this many failures in a row on, a part is shown as failing. */
const ALARM = 4;
const PROBE_INTERVAL_MS = 60;
const PROBE_TIMEOUT_MS = 3_000;

/** One part with its process: started, watched, restarted with backoff, stopped. */
export class ManagedPart {
  readonly part: Part;
  readonly log: LogFile;
  readonly #patience: Required<Patience>;
  readonly #changed: (part: ManagedPart) => void;
  #state: PartState = 'waiting';
  #note = '';
  #since = Date.now();
  #child: ChildProcess | undefined;
  #identity: ProcessIdentity | undefined;
  #failures = 0;
  #restarts = 0;
  /** Aborts the run of this part: its fetching, its waiting, its process's supervision. */
  #life = new AbortController();
  #running: Promise<void> | undefined;

  constructor(part: Part, logs: string, patience: Patience, changed: (part: ManagedPart) => void) {
    this.part = part;
    this.log = new LogFile(join(logs, `${part.name}.log`));
    this.#patience = { readyTimeoutMs: 120_000, restartInitialMs: 250, restartMaxMs: 15_000, ...patience };
    this.#changed = changed;
  }

  get state(): PartState {
    return this.#state;
  }
  /** What it is doing, or why it is where it stands. */
  get note(): string {
    return this.#note;
  }
  /** Since when it stands there, in milliseconds since the epoch. */
  get since(): number {
    return this.#since;
  }
  get identity(): ProcessIdentity | undefined {
    return this.#identity;
  }
  get restarts(): number {
    return this.#restarts;
  }

  /** Puts the part's program in place. @throws StackError */
  async fetch(signal: AbortSignal): Promise<void> {
    if (this.part.fetch === undefined) return;
    this.#become('fetching');
    await this.part.fetch((line) => this.#become('fetching', line.slice(0, 120)), signal);
    this.#become('waiting');
  }

  /**
   * Starts the part and resolves when it is ready; from then on it is restarted whenever it ends by itself.
   *
   * @throws StackError when it does not become ready: it ended, took too long, or can't be started at all
   */
  async start(): Promise<void> {
    this.#life = new AbortController();
    await this.log.open();
    const first = await this.#launch();
    this.#running = this.#watch(first);
  }

  /** Stops the part: politely, then by force when its time is over. */
  async stop(): Promise<void> {
    if (this.#state === 'stopped' || this.#state === 'stopping') return this.#running;
    this.#become('stopping');
    this.#life.abort();
    await this.#end(this.part.stopSignal ?? 'SIGTERM');
    await this.#running;
    this.log.close();
    this.#become('stopped');
  }

  /** Sends the part's process a signal and leaves the rest to the watch: a kill is healed by a restart. */
  kill(signal: NodeJS.Signals): void {
    if (this.#child?.pid !== undefined) signalGroup(this.#child.pid, signal);
  }

  /** It can't be had here; the stack goes on without. */
  giveUp(reason: string): void {
    this.#become('unavailable', reason);
  }

  async #watch(first: ChildProcess): Promise<void> {
    let child = first;
    const { signal } = this.#life;
    while (!signal.aborted) {
      const readySince = Date.now();
      await ended(child);
      if (signal.aborted) return;
      if (Date.now() - readySince > RECOVERED_MS) this.#failures = 0;
      const next = await this.#relaunch(`it ended (${howEnded(child)})`);
      if (next === undefined) return;
      child = next;
    }
  }

  /** Tries to start again, with backoff, for as long as the part is wanted. */
  async #relaunch(reason: string): Promise<ChildProcess | undefined> {
    const { signal } = this.#life;
    let why = reason;
    while (!signal.aborted) {
      const { restartInitialMs, restartMaxMs } = this.#patience;
      const waitMs =
        this.#failures === 0
          ? 0
          : Math.max(restartInitialMs / 2, backoffMs(this.#failures, { initialMs: restartInitialMs, maxMs: restartMaxMs }));
      this.#failures += 1;
      this.#restarts += 1;
      this.#become(this.#failures >= ALARM ? 'failing' : 'restarting', why);
      if (!(await sleep(waitMs, signal))) return undefined;
      try {
        return await this.#launch();
      } catch (error) {
        if (signal.aborted) return undefined;
        why = error instanceof Error ? error.message : String(error);
      }
    }
    return undefined;
  }

  async #launch(): Promise<ChildProcess> {
    if (this.#state !== 'failing') this.#become(this.#failures === 0 ? 'starting' : 'restarting');
    const child = await this.#spawn();
    try {
      await this.#untilReady(child);
      await this.part.prepare?.();
    } catch (error) {
      await this.#end('SIGKILL');
      throw error;
    }
    this.#become('ready');
    return child;
  }

  async #spawn(): Promise<ChildProcess> {
    const { file, args, env, cwd, user } = await this.part.command().catch((error: unknown) => {
      throw plain(error, this.part.name);
    });
    // A group of its own: Ctrl-C reaches the supervisor alone, and what the part starts can be ended with it.
    const child = spawn(file, args, {
      env: env ?? process.env,
      ...(cwd === undefined ? {} : { cwd }),
      ...user,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const failed = once(child, 'error').then(([error]) => {
      throw new StackError(`${this.part.name} can't be started: ${(error as Error).message}.`);
    });
    child.stdout.on('data', (chunk: Buffer) => this.log.write(chunk));
    child.stderr.on('data', (chunk: Buffer) => this.log.write(chunk));
    await Promise.race([once(child, 'spawn'), failed]);
    failed.catch(() => {});
    this.#child = child;
    this.#identity = child.pid === undefined ? undefined : identify(child.pid);
    this.#changed(this);
    return child;
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    const end = performance.now() + this.#patience.readyTimeoutMs;
    let reason = '';
    while (performance.now() < end) {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new StackError(
          `${this.part.name} did not start, it ended (${howEnded(child)}): ${this.log.lastWords()} (all of it: ${this.log.path})`,
        );
      }
      this.#life.signal.throwIfAborted();
      try {
        await this.part.ready(AbortSignal.any([AbortSignal.timeout(PROBE_TIMEOUT_MS), this.#life.signal]));
        return;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
      await sleep(PROBE_INTERVAL_MS, this.#life.signal);
    }
    throw new StackError(
      `${this.part.name} is not ready after ${this.#patience.readyTimeoutMs / 1000} s: ${reason} (its log: ${this.log.path})`,
    );
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    if (child.exitCode === null && child.signalCode === null) {
      if (signal !== 'SIGKILL') await this.part.beforeStop?.().catch(() => {}); // a part that does not answer is stopped all the same
      const limit = setTimeout(() => this.kill('SIGKILL'), this.part.stopTimeoutMs ?? 12_000);
      process.kill(child.pid, signal);
      await ended(child).finally(() => clearTimeout(limit));
    }
    // Whoever it left behind.
    if (await groupIsRunning(child.pid)) signalGroup(child.pid, 'SIGKILL');
    this.#child = undefined;
    this.#identity = undefined;
  }

  #become(state: PartState, note = ''): void {
    if (state !== this.#state) this.#since = Date.now();
    this.#state = state;
    this.#note = note;
    this.#changed(this);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

function howEnded({ exitCode, signalCode }: ChildProcess): string {
  return signalCode === null ? `exit code ${exitCode}` : `signal ${signalCode}`;
}
