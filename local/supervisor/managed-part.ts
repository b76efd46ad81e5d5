import { join } from 'node:path';
import { backoffMs, sleep } from '@shopverse/mesh/backoff';
import type { Part } from '../parts/part.ts';
import { plain, StackError } from '../stack-error.ts';
import { LogFile } from './log-file.ts';
import { PartProcess } from './part-process.ts';
import type { PartState } from './part-state.ts';
import { patienceOf, type Patience } from './patience.ts';
import type { ProcessIdentity } from './processes.ts';
import { probe, untilReady } from './readiness.ts';

/** One part with its process: started, watched, restarted with backoff, stopped. */
export class ManagedPart {
  readonly part: Part;
  readonly log: LogFile;
  readonly #patience: Required<Patience>;
  readonly #changed: (part: ManagedPart) => void;
  #state: PartState = 'waiting';
  #note = '';
  #since = Date.now();
  #process: PartProcess | undefined;
  /** Failures in a row; what has been ready for a while has recovered. */
  #failures = 0;
  #restarts = 0;
  /** Aborts the run of this part: its waiting and its process's supervision. */
  #life = new AbortController();
  #running: Promise<void> | undefined;
  /** Its stop, once somebody asked for it. */
  #stopped: Promise<void> | undefined;

  constructor(part: Part, logs: string, patience: Patience, changed: (part: ManagedPart) => void) {
    this.part = part;
    this.log = new LogFile(join(logs, `${part.name}.log`));
    this.#patience = patienceOf(patience);
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
    return this.#process?.identity;
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
   * @throws StackError when it does not become ready: it ended, took too long, can't be started at all, or is stopped meanwhile
   */
  async start(): Promise<void> {
    this.#life = new AbortController();
    this.#stopped = undefined;
    this.#failures = 0;
    const first = this.#launchFirst(this.#life.signal);
    this.#running = first.then(
      (process) => this.#watch(process),
      () => {}, // told to whoever called
    );
    await first;
  }

  /** Stops the part: politely, then by force when its time is over. Whoever asks while it is being stopped waits for the same end. */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  /** Sends the part's processes a signal and leaves the rest to the watch: a kill is healed by a restart. */
  kill(signal: NodeJS.Signals): void {
    this.#process?.signal(signal);
  }

  /** It can't be had here; the stack goes on without. */
  giveUp(reason: string): void {
    this.#become('unavailable', reason);
  }

  async #stop(): Promise<void> {
    this.#become('stopping');
    this.#life.abort(new StackError(`${this.part.name} is being stopped.`));
    await this.#process?.end();
    await this.#running;
    this.#process = undefined;
    this.log.close();
    this.#become('stopped');
  }

  async #launchFirst(signal: AbortSignal): Promise<PartProcess> {
    await this.log.open();
    signal.throwIfAborted();
    this.#become('starting');
    try {
      return await this.#launch();
    } catch (error) {
      if (!signal.aborted) this.#become('stopped', messageOf(error));
      throw error;
    }
  }

  /** Looks after the running part: is it still ready, has it ended? */
  async #watch(first: PartProcess): Promise<void> {
    const { signal } = this.#life;
    let current: PartProcess | undefined = first;
    while (current !== undefined && !signal.aborted) {
      const readySince = Date.now();
      const running: PartProcess = current;
      const over = new AbortController();
      const ended = running.ended().finally(() => over.abort());
      await Promise.all([ended, this.#lookIn(AbortSignal.any([over.signal, signal]))]);
      if (signal.aborted) return;
      if (Date.now() - readySince > this.#patience.recoveredMs) this.#failures = 0;
      this.#process = undefined;
      await running.endLeftovers();
      current = await this.#relaunch(`it ended (${running.howEnded})`);
    }
  }

  /** Asks a running part now and then whether it still serves, and shows it; it is left to come back by itself. */
  async #lookIn(signal: AbortSignal): Promise<void> {
    while (await sleep(this.#patience.lookInMs, signal)) {
      const reason = await probe(this.part, signal);
      if (signal.aborted) return;
      const next = reason === undefined ? 'ready' : 'unready';
      if (next !== this.#state || (reason ?? '') !== this.#note) this.#become(next, reason);
    }
  }

  /** Tries to start again, with backoff, for as long as the part is wanted. */
  async #relaunch(reason: string): Promise<PartProcess | undefined> {
    const { signal } = this.#life;
    const { restartInitialMs, restartMaxMs, alarmAfter } = this.#patience;
    let why = reason;
    while (!signal.aborted) {
      const backoff = () => backoffMs(this.#failures, { initialMs: restartInitialMs, maxMs: restartMaxMs });
      const waitMs = this.#failures === 0 ? 0 : Math.max(restartInitialMs / 2, backoff());
      this.#failures += 1;
      this.#restarts += 1;
      this.#become(this.#failures >= alarmAfter ? 'failing' : 'restarting', why);
      if (!(await sleep(waitMs, signal))) return undefined;
      try {
        return await this.#launch();
      } catch (error) {
        if (signal.aborted) return undefined;
        why = messageOf(error);
      }
    }
    return undefined;
  }

  async #launch(): Promise<PartProcess> {
    const { signal } = this.#life;
    const command = await this.part.command().catch((error: unknown) => {
      throw plain(error, this.part.name);
    });
    signal.throwIfAborted();
    const started = await PartProcess.start(this.part, command, this.log);
    this.#process = started;
    this.#changed(this);
    try {
      await untilReady(this.part, started, this.log, this.#patience.readyTimeoutMs, signal);
      await this.part.prepare?.();
      signal.throwIfAborted();
    } catch (error) {
      await started.end({ force: !signal.aborted });
      this.#process = undefined;
      throw error;
    }
    this.#become('ready');
    return started;
  }

  #become(state: PartState, note = ''): void {
    if (state !== this.#state) this.#since = Date.now();
    this.#state = state;
    this.#note = note;
    this.#changed(this);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
