import type { OrderState } from './order-state.ts';

/** Who did something to an order: a person by their id, or a part of the shop by its name. */
export interface Actor {
  readonly kind: 'CUSTOMER' | 'ADMIN' | 'SYSTEM';
  readonly id: string;
}

/** One line of an order's history: who, when, why. */
export interface HistoryEntry {
  /** Undefined for the first entry. */
  readonly from: OrderState | undefined;
  /** Equal to `from` when something happened that did not move the order. */
  readonly to: OrderState;
  readonly actor: Actor;
  readonly reason: string;
  readonly at: Date;
}
