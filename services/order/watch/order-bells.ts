import { Bell } from '@shopverse/mesh/events/bell';
import { failure } from '@shopverse/mesh/failure';

/** A watcher's bell. */
export interface WatchedOrder {
  readonly bell: Bell;
  /** Must be called once it is not watched any more. */
  close(): void;
}

/** The bells of those who watch an order in this process. There is a limit to how many. */
export class OrderBells {
  readonly #most: number;
  readonly #bells = new Map<string, Set<Bell>>();
  #open = 0;

  constructor({ most }: { readonly most: number }) {
    this.#most = most;
  }

  /**
   * A bell that rings when something happens to an order.
   *
   * @throws Failure OVERLOADED when as many are watched as may be
   */
  watch(orderId: string): WatchedOrder {
    if (this.#open >= this.#most) throw failure('OVERLOADED', 'Too many orders are being watched here; try again later.');
    this.#open += 1;
    const bell = new Bell();
    const bells = this.#bells.get(orderId) ?? new Set();
    this.#bells.set(orderId, bells.add(bell));
    let closed = false;
    const close = () => {
      if (closed) return;
      closed = true;
      this.#open -= 1;
      bells.delete(bell);
      if (bells.size === 0) this.#bells.delete(orderId);
    };
    return { bell, close };
  }

  ring(orderId: string): void {
    for (const bell of this.#bells.get(orderId) ?? []) bell.ring();
  }

  /** Wakes everybody: who knows what was missed. */
  ringAll(): void {
    for (const orderId of this.#bells.keys()) this.ring(orderId);
  }
}
