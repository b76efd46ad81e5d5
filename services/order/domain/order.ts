import { equals, sum, type Money } from '@shopverse/mesh/money';
import type { CapturedPayment, PaymentOutcome, UnwantedReason } from './captured-payment.ts';
import type { OrderEvent } from './order-event.ts';
import type { Actor, HistoryEntry } from './order-history.ts';
import { lineTotal, type OrderLine } from './order-line.ts';
import { stateAfter, type OrderMove, type OrderState } from './order-state.ts';

/** Where an order goes, as it was when it was placed. */
export interface ShippingAddress {
  readonly recipient: string;
  readonly street: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly countryCode: string;
}

/** All that is kept of an order. */
export interface OrderSnapshot {
  readonly id: string;
  readonly customerId: string;
  readonly state: OrderState;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly shipTo: ShippingAddress;
  /** The payment that confirmed it. */
  readonly paymentId: string | undefined;
  /** Empty unless cancelled. */
  readonly cancelReason: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Payments act through their events, not through a person. */
const PAYMENT: Actor = { kind: 'SYSTEM', id: 'payment' };

/**
 * An order: its rules, nothing else. Each method that changes it adds to its history and raises what happened as an event; both are for its
 * repository, to be kept in the transaction of the change.
 */
export class Order {
  #snapshot: OrderSnapshot;
  readonly #events: OrderEvent[] = [];
  readonly #history: HistoryEntry[] = [];

  private constructor(snapshot: OrderSnapshot) {
    this.#snapshot = snapshot;
  }

  /**
   * Places an order. The total is the sum of its lines.
   *
   * @throws Failure MIXED_CURRENCIES
   */
  static place(order: {
    readonly id: string;
    readonly customerId: string;
    readonly lines: readonly OrderLine[];
    readonly shipTo: ShippingAddress;
    readonly at: Date;
  }): Order {
    const { id, customerId, lines, shipTo, at } = order;
    const placed = new Order({
      id,
      customerId,
      state: 'PENDING_PAYMENT',
      lines,
      total: sum(lines.map(lineTotal)),
      shipTo,
      paymentId: undefined,
      cancelReason: '',
      createdAt: at,
      updatedAt: at,
    });
    placed.#history.push({ from: undefined, to: 'PENDING_PAYMENT', actor: { kind: 'CUSTOMER', id: customerId }, reason: 'placed', at });
    placed.#events.push({ kind: 'OrderPlaced', ...placed.#about(at) });
    return placed;
  }

  /** An order as it was kept. */
  static restore(snapshot: OrderSnapshot): Order {
    return new Order(snapshot);
  }

  get snapshot(): OrderSnapshot {
    return this.#snapshot;
  }

  /**
   * Takes the money of a payment: confirms the order when it waited for just that, and otherwise says why the money must go back. Never
   * throws and never brings a cancelled order back to life: its stock may be somebody else's by now.
   */
  acceptPayment({ paymentId, amount }: CapturedPayment, at: Date): PaymentOutcome {
    const unwanted = this.#whyUnwanted(paymentId, amount);
    if (unwanted !== undefined) {
      const { state } = this.#snapshot;
      this.#history.push({ from: state, to: state, actor: PAYMENT, reason: `payment ${paymentId} can't be used: ${unwanted}`, at });
      return { kind: 'unwanted', reason: unwanted };
    }
    if (this.#snapshot.paymentId === paymentId) return { kind: 'repeated' };
    this.#move('confirm', PAYMENT, `payment ${paymentId}`, { paymentId }, at);
    this.#events.push({ kind: 'OrderConfirmed', paymentId, ...this.#about(at) });
    return { kind: 'confirmed' };
  }

  /** Its payment came to nothing: an order that waited for it is cancelled. Answers whether it was. */
  paymentFailed({ reason }: { readonly reason: string }, at: Date): boolean {
    if (this.#snapshot.state !== 'PENDING_PAYMENT') return false;
    this.cancelUnpaid({ actor: PAYMENT, reason: reason === '' ? 'The payment failed.' : `The payment failed: ${reason}` }, at);
    return true;
  }

  /**
   * Cancels an order that is not paid.
   *
   * @throws Failure ORDER_STATE
   */
  cancelUnpaid({ actor, reason }: { readonly actor: Actor; readonly reason: string }, at: Date): void {
    this.#move('cancelUnpaid', actor, reason, { cancelReason: reason }, at);
    this.#events.push({ kind: 'OrderCancelled', reason, paymentId: this.#snapshot.paymentId ?? '', ...this.#about(at) });
  }

  /** Hands over what happened since the order was placed or restored, once. */
  takeChanges(): { readonly events: readonly OrderEvent[]; readonly history: readonly HistoryEntry[] } {
    return { events: this.#events.splice(0), history: this.#history.splice(0) };
  }

  #whyUnwanted(paymentId: string, amount: Money): UnwantedReason | undefined {
    const { paymentId: paidBy, state, total } = this.#snapshot;
    if (paidBy !== undefined) return paidBy === paymentId ? undefined : 'PAID_BEFORE';
    if (state !== 'PENDING_PAYMENT') return 'ORDER_CANCELLED';
    return equals(amount, total) ? undefined : 'AMOUNT_DIFFERS';
  }

  #move(move: OrderMove, actor: Actor, reason: string, change: Partial<OrderSnapshot>, at: Date): void {
    const from = this.#snapshot.state;
    const to = stateAfter(from, move);
    this.#snapshot = { ...this.#snapshot, ...change, state: to, updatedAt: at };
    this.#history.push({ from, to, actor, reason, at });
  }

  #about(at: Date) {
    const { id, customerId, lines, total } = this.#snapshot;
    return { orderId: id, customerId, lines, total, at };
  }
}
