import { failure } from '../failure.ts';
import { Bell } from './bell.ts';

/** A watcher's bell. */
export interface Watched {
  readonly bell: Bell;
  /** Must be called once it is not watched any more. */
  close(): void;
}

/** The bells of those who watch something in this process: an order, an inbox. There is a limit to how many. */
export class Bells {
  readonly #most: number;
  readonly #bells = new Map<string, Set<Bell>>();
  #open = 0;

  constructor({ most }: { readonly most: number }) {
    this.#most = most;
  }

  /**
   * A bell that rings when something happens to what has this id.
   *
   * @throws Failure OVERLOADED when as many watch as may
   */
  watch(id: string): Watched {
    if (this.#open >= this.#most) throw failure('OVERLOADED', 'Too many are watching here; try again later.');
    this.#open += 1;
    const bell = new Bell();
    const bells = this.#bells.get(id) ?? new Set();
    this.#bells.set(id, bells.add(bell));
    let closed = false;
    const close = () => {
      if (closed) return;
      closed = true;
      this.#open -= 1;
      bells.delete(bell);
      if (bells.size === 0) this.#bells.delete(id);
    };
    return { bell, close };
  }

  ring(id: string): void {
    for (const bell of this.#bells.get(id) ?? []) bell.ring();
  }

  /** Wakes everybody: who knows what was missed. */
  ringAll(): void {
    for (const id of this.#bells.keys()) this.ring(id);
  }
}
