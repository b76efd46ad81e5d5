import type { Home } from '../home.ts';
import type { Part } from '../parts/part.ts';
import { StackError } from '../stack-error.ts';
import { ManagedPart } from './managed-part.ts';
import type { PartState } from './part-state.ts';
import type { Patience } from './patience.ts';
import { memoryOf, type ProcessIdentity } from './processes.ts';
import { RunRecord } from './run-record.ts';

/** A part as `status --json` shows it. */
export interface PartReport {
  readonly name: string;
  readonly state: PartState;
  readonly pid: number | null;
  readonly address: string;
  readonly memory_mb: number | null;
  readonly version: string;
  readonly restarts: number;
  /** What it is doing, or why it is where it stands; empty when all is well. */
  readonly note: string;
}

/** Hears of every change of a part. */
export type Listener = (part: ManagedPart) => void;

/** Keeps the parts of one stack running: starts them when what they need is ready, restarts what ends, stops all in reverse order. */
export class Supervisor {
  readonly #parts: ManagedPart[];
  /** Each after what it needs. */
  readonly #ordered: ManagedPart[];
  readonly #manage: (part: Part) => ManagedPart;
  readonly #record: RunRecord;
  readonly #stopping = new AbortController();
  readonly #background: Promise<void>[] = [];
  #takenOver: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  /** @throws StackError when parts need each other, or one that isn't there */
  constructor(parts: readonly Part[], home: Home, listener: Listener = () => {}, patience: Patience = {}) {
    this.#record = new RunRecord(home.run);
    this.#manage = (part) =>
      new ManagedPart(part, home.logs, patience, (changed) => {
        this.#record.write(this.#running());
        listener(changed);
      });
    this.#parts = parts.map(this.#manage);
    this.#ordered = this.#inOrder();
  }

  get parts(): readonly ManagedPart[] {
    return this.#parts;
  }

  /** @throws StackError when there is no such part, naming those that are there */
  part(name: string): ManagedPart {
    const found = this.#parts.find(({ part }) => part.name === name);
    if (found === undefined)
      throw new StackError(`There is no part named ${name}; the parts are ${this.#parts.map(({ part }) => part.name).join(', ')}.`);
    return found;
  }

  /** Ends what a killed supervisor left behind. @throws StackError when another supervisor runs this stack */
  takeOver(): Promise<void> {
    return (this.#takenOver ??= this.#record.takeOver());
  }

  /**
   * Takes the stack over, fetches all programs and starts all parts, as much at once as their needs allow. Resolves when every part that isn't optional is
   * ready.
   *
   * @throws StackError of the first part that can't be had; what was started is stopped
   */
  async start(): Promise<void> {
    await this.takeOver();
    const ready = new Map<string, Promise<void>>();
    const startWhenReady = async (managed: ManagedPart): Promise<void> => {
      await managed.fetch(this.#stopping.signal);
      await Promise.all(managed.part.needs.map(async (need) => ready.get(need)));
      this.#stopping.signal.throwIfAborted();
      await managed.start();
    };
    for (const managed of this.#ordered)
      ready.set(managed.part.name, managed.part.optional === true ? Promise.resolve() : startWhenReady(managed));
    for (const managed of this.#parts.filter(({ part }) => part.optional)) {
      this.#background.push(
        startWhenReady(managed).catch((error: unknown) => {
          // What was broken off by a stop is no trouble of the part.
          if (!this.#stopping.signal.aborted) managed.giveUp(sentenceOf(error));
        }),
      );
    }
    try {
      await Promise.all(ready.values());
    } catch (error) {
      await this.stop();
      await Promise.allSettled(ready.values());
      throw error;
    }
  }

  /** Starts a part that was stopped, or could not be had before. @throws StackError */
  async startPart(name: string): Promise<void> {
    const managed = this.part(name);
    if (managed.state !== 'stopped' && managed.state !== 'unavailable')
      throw new StackError(`${name} is not stopped, it is ${managed.state}.`);
    try {
      if (managed.state === 'unavailable') await managed.fetch(this.#stopping.signal);
      await managed.start();
    } catch (error) {
      if (managed.part.optional === true) managed.giveUp(sentenceOf(error));
      throw error;
    }
  }

  /** Stops a part, which stays stopped until it is started; whatever uses it is left alone. @throws StackError for a name that is none */
  stopPart(name: string): Promise<void> {
    return this.part(name).stop();
  }

  /**
   * Starts one more part; it is shown behind the part named `after`, if there is one. What it needs must run already.
   *
   * @throws StackError when its name is taken, the stack is being stopped, or it does not become ready; it is then there, stopped
   */
  async addPart(part: Part, after?: string): Promise<void> {
    this.#stopping.signal.throwIfAborted();
    if (this.#parts.some((known) => known.part.name === part.name)) throw new StackError(`There is a part named ${part.name} already.`);
    const managed = this.#manage(part);
    const place = this.#parts.findIndex((known) => known.part.name === after);
    this.#parts.splice(place === -1 ? this.#parts.length : place + 1, 0, managed);
    this.#ordered.push(managed);
    await managed.fetch(this.#stopping.signal);
    await managed.start();
  }

  /** Stops a part and forgets it; nothing happens when there is none of that name. */
  async removePart(name: string): Promise<void> {
    const managed = this.#parts.find(({ part }) => part.name === name);
    if (managed === undefined) return;
    await managed.stop();
    for (const list of [this.#parts, this.#ordered]) if (list.includes(managed)) list.splice(list.indexOf(managed), 1);
    this.#record.write(this.#running());
  }

  /** Signals a part's processes; when they end, the part is restarted. @throws StackError for a name that is none */
  kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): void {
    this.part(name).kill(signal);
  }

  /** Stops everything, whatever needs others before what it needs. Whoever asks again waits for the same end. */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  async #stop(): Promise<void> {
    this.#stopping.abort(new StackError('The stack is being stopped.'));
    const stopped = new Map<string, Promise<void>>();
    for (const managed of this.#ordered.toReversed()) {
      const users = this.#parts.filter(({ part }) => part.needs.includes(managed.part.name));
      stopped.set(
        managed.part.name,
        Promise.all(users.map(async ({ part }) => stopped.get(part.name))).then(() => managed.stop()),
      );
    }
    await Promise.all([...stopped.values(), ...this.#background]);
    await this.#record.clear();
  }

  /** Every part as it is now. */
  async report(): Promise<PartReport[]> {
    const pids = this.#parts.flatMap(({ identity }) => (identity === undefined ? [] : [identity.pid]));
    const memory = await memoryOf(pids);
    return this.#parts.map(({ part, state, note, identity, restarts }) => ({
      name: part.name,
      state,
      pid: identity?.pid ?? null,
      address: part.address,
      memory_mb: identity === undefined ? null : (memory.get(identity.pid) ?? null),
      version: part.version,
      restarts,
      note,
    }));
  }

  /** Parts so that each comes after what it needs. */
  #inOrder(): ManagedPart[] {
    const ordered: ManagedPart[] = [];
    const left = new Set(this.#parts);
    while (left.size > 0) {
      const next = [...left].filter(({ part }) => part.needs.every((need) => ordered.some((done) => done.part.name === need)));
      if (next.length === 0)
        throw new StackError(
          `These parts need each other, or a part that isn't there: ${[...left].map(({ part }) => part.name).join(', ')}.`,
        );
      for (const managed of next) {
        ordered.push(managed);
        left.delete(managed);
      }
    }
    return ordered;
  }

  #running(): Record<string, ProcessIdentity> {
    return Object.fromEntries(
      this.#parts.flatMap(({ part, identity }) => (identity === undefined ? [] : [[part.name, identity] as const])),
    );
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
