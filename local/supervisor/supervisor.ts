import { join } from 'node:path';
import { readJson, writeAtomically, type Home } from '../home.ts';
import type { Part } from '../parts/part.ts';
import { StackError } from '../stack-error.ts';
import { ManagedPart, type PartState, type Patience } from './managed-part.ts';
import { identify, isRunning, memoryOf, signalGroup, type ProcessIdentity } from './processes.ts';

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

interface RunFile {
  readonly supervisor: ProcessIdentity;
  readonly parts: Readonly<Record<string, ProcessIdentity>>;
}

/** Hears of every change of a part. */
export type Listener = (part: ManagedPart) => void;

/** Keeps the parts of one stack running: starts them when what they need is ready, restarts what ends, stops all in reverse order. */
export class Supervisor {
  readonly #parts: readonly ManagedPart[];
  readonly #runFile: string;
  readonly #stopping = new AbortController();
  readonly #background: Promise<void>[] = [];
  #writing = Promise.resolve();

  constructor(parts: readonly Part[], home: Home, listener: Listener = () => {}, patience: Patience = {}) {
    this.#runFile = join(home.run, 'processes.json');
    this.#parts = parts.map(
      (part) =>
        new ManagedPart(part, home.logs, patience, (changed) => {
          this.#record();
          listener(changed);
        }),
    );
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

  /**
   * Takes the stack over (ending what a killed supervisor left behind), fetches all programs and starts all parts, as much at once as their needs
   * allow. Resolves when every part that isn't optional is ready.
   *
   * @throws StackError of the first part that can't be had; what was started is stopped
   */
  async start(): Promise<void> {
    await this.#takeOver();
    const ready = new Map<string, Promise<void>>();
    const startWhenReady = async (managed: ManagedPart): Promise<void> => {
      await managed.fetch(this.#stopping.signal);
      await Promise.all(managed.part.needs.map(async (need) => ready.get(need)));
      this.#stopping.signal.throwIfAborted();
      await managed.start();
    };
    for (const managed of this.#inOrder())
      ready.set(managed.part.name, managed.part.optional === true ? Promise.resolve() : startWhenReady(managed));
    for (const managed of this.#parts.filter(({ part }) => part.optional)) {
      this.#background.push(
        startWhenReady(managed).catch((error: unknown) => managed.giveUp(error instanceof Error ? error.message : String(error))),
      );
    }
    try {
      await Promise.all(ready.values());
    } catch (error) {
      await Promise.allSettled(ready.values());
      await this.stop();
      throw error;
    }
  }

  /** Stops everything, whatever needs others before what it needs. */
  async stop(): Promise<void> {
    this.#stopping.abort(new StackError('The stack is being stopped.'));
    const stopped = new Map<string, Promise<void>>();
    for (const managed of this.#inOrder().toReversed()) {
      const users = this.#parts.filter(({ part }) => part.needs.includes(managed.part.name));
      stopped.set(
        managed.part.name,
        Promise.all(users.map(async ({ part }) => stopped.get(part.name))).then(() => managed.stop()),
      );
    }
    await Promise.all([...stopped.values(), ...this.#background]);
    await this.#writing;
    await writeAtomically(this.#runFile, JSON.stringify({}));
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

  /** Parts so that each comes after what it needs. @throws StackError when that can't be */
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

  async #takeOver(): Promise<void> {
    const before = await readJson<Partial<RunFile>>(this.#runFile);
    if (before?.supervisor !== undefined && before.supervisor.pid !== process.pid && isRunning(before.supervisor)) {
      throw new StackError(
        `This stack runs already (process ${before.supervisor.pid}): see npx shopverse status, or end it with npx shopverse down.`,
      );
    }
    for (const left of Object.values(before?.parts ?? {})) if (isRunning(left)) signalGroup(left.pid, 'SIGKILL');
  }

  /** Remembers who runs, for a supervisor that comes after this one was killed. */
  #record(): void {
    const supervisor = identify(process.pid);
    if (supervisor === undefined) return;
    this.#writing = this.#writing
      .then(async () => {
        const running = this.#parts.flatMap(({ part, identity }) => (identity === undefined ? [] : [[part.name, identity] as const]));
        await writeAtomically(this.#runFile, JSON.stringify({ supervisor, parts: Object.fromEntries(running) } satisfies RunFile));
      })
      .catch(() => {}); // a full disk is told of by the part that meets it
  }
}
