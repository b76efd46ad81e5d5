import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readJson, writeAtomically } from '../home.ts';
import { StackError } from '../stack-error.ts';
import { identify, isRunning, signalGroup, type ProcessIdentity } from './processes.ts';

interface RunFile {
  readonly supervisor: ProcessIdentity;
  readonly parts: Readonly<Record<string, ProcessIdentity>>;
}

/** The record's name in the run folder of a stack. */
const PROCESSES = 'processes.json';
/** How long processes that a killed supervisor left behind may take to end politely, in milliseconds. */
const POLITE_MS = 5_000;
/** How long a killed process may take to be gone, in milliseconds. */
const KILLED_MS = 5_000;

/** Who runs, in a file, for a supervisor that comes after this one was killed. */
export class RunRecord {
  readonly #file: string;
  #written = '';
  #writing = Promise.resolve();

  constructor(runFolder: string) {
    this.#file = join(runFolder, PROCESSES);
  }

  /**
   * Ends what a killed supervisor left behind, and nobody else: a process counts only when it was started at the very moment that was recorded.
   *
   * @throws StackError when another supervisor runs this stack
   */
  async takeOver(): Promise<void> {
    const { supervisor, parts = {} } = (await readJson<Partial<RunFile>>(this.#file)) ?? {};
    if (supervisor !== undefined && supervisor.pid !== process.pid && isRunning(supervisor)) {
      throw new StackError(
        `This stack runs already (process ${supervisor.pid}): see npx shopverse status, or end it with npx shopverse down.`,
      );
    }
    const left = Object.values(parts);
    await endAll(left, 'SIGTERM', POLITE_MS);
    await endAll(left, 'SIGKILL', KILLED_MS);
  }

  /** Writes down who runs, when that is news. */
  write(running: Readonly<Record<string, ProcessIdentity>>): void {
    const supervisor = identify(process.pid);
    if (supervisor === undefined) return;
    const text = JSON.stringify({ supervisor, parts: running } satisfies RunFile);
    if (text === this.#written) return;
    this.#written = text;
    this.#writing = this.#writing.then(() => writeAtomically(this.#file, text)).catch(() => {}); // a full disk is told of by the part that meets it
  }

  /** Nobody runs any more. */
  async clear(): Promise<void> {
    await this.#writing;
    this.#written = '';
    await writeAtomically(this.#file, '{}');
  }
}

/** Ends the stack of a run folder whoever supervises it, politely first: for those who clean up after somebody who was killed. */
export async function endStackOf(runFolder: string): Promise<void> {
  const { supervisor, parts = {} } = (await readJson<Partial<RunFile>>(join(runFolder, PROCESSES))) ?? {};
  const all = [supervisor === undefined || supervisor.pid === process.pid ? [] : [supervisor], Object.values(parts)];
  for (const some of all) {
    await endAll(some, 'SIGTERM', POLITE_MS);
    await endAll(some, 'SIGKILL', KILLED_MS);
  }
}

async function endAll(processes: readonly ProcessIdentity[], signal: NodeJS.Signals, limitMs: number): Promise<void> {
  for (const one of processes) if (isRunning(one)) signalGroup(one.pid, signal);
  const end = performance.now() + limitMs;
  while (processes.some(isRunning) && performance.now() < end) await delay(50);
}
