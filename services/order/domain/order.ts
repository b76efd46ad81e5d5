import { equals, sum, type Money } from '@shopverse/mesh/money';
import type { CapturedPayment, FailedPayment, PaymentOutcome, RefundedPayment, UnwantedReason } from './captured-payment.ts';
import type { OrderEvent } from './order-event.ts';
import type { Actor, HistoryEntry } from './order-history.ts';
import { lineTotal, type OrderLine } from './order-line.ts';
import { isWhollyRefunded, learnt, type OrderPayment } from './order-payment.ts';
import type { OrderSnapshot, ShippingAddress } from './order-snapshot.ts';
import { stateAfter, type OrderMove } from './order-state.ts';

/** Payments act through their events, not through a person. */
const PAYMENT: Actor = { kind: 'SYSTEM', id: 'payment' };

/** Who moves an order, and why. */
export interface Because {
  readonly actor: Actor;
  readonly reason: string;
}

/** What happened to an order since it was placed or restored. */
export interface OrderChanges {
  readonly events: readonly OrderEvent[];
  readonly history: readonly HistoryEntry[];
  /** Payments of which it learnt something. */
  readonly payments: readonly OrderPayment[];
}

/**
 * An order: its rules, nothing else. Each method that changes it adds to its history and raises what happened as an event; both are for its
 * repository, to be kept in the transaction of the change.
 */
export class Order {
  #snapshot: OrderSnapshot;
  readonly #events: OrderEvent[] = [];
  readonly #history: HistoryEntry[] = [];
  readonly #news = new Map<string, OrderPayment>();

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
      payments: [],
      shipment: undefined,
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
  acceptPayment({ paymentId, amount, method }: CapturedPayment, at: Date): PaymentOutcome {
    if (this.#snapshot.paymentId === paymentId || this.#payment(paymentId)?.captured === true) return { kind: 'repeated' };
    const payment = this.#learn({ id: paymentId, amount, method, captured: true, failed: false, refundedMinor: 0n });
    if (isWhollyRefunded(payment)) {
      this.#note(`payment ${paymentId} came when it had gone back`, at);
      return { kind: 'returned' };
    }
    const unwanted = this.#whyUnwanted(amount);
    if (unwanted !== undefined) {
      this.#note(`payment ${paymentId} can't be used: ${unwanted}`, at);
      return { kind: 'unwanted', reason: unwanted };
    }
    this.#move('confirm', { actor: PAYMENT, reason: `payment ${paymentId}` }, { paymentId }, at);
    this.#events.push({ kind: 'OrderConfirmed', paymentId, ...this.#about(at) });
    return { kind: 'confirmed' };
  }

  /** Its payment came to nothing: an order that waited for it is cancelled. Answers whether it was. */
  paymentFailed({ paymentId, amount, reason }: FailedPayment, at: Date): boolean {
    this.#learn({ id: paymentId, amount, method: '', captured: false, failed: true, refundedMinor: 0n });
    if (this.#snapshot.state !== 'PENDING_PAYMENT') return false;
    this.cancel({ actor: PAYMENT, reason: reason === '' ? 'The payment failed.' : `The payment failed: ${reason}` }, at);
    return true;
  }

  /**
   * Money of a payment went back. A cancelled order all of whose money is back is refunded; any other stays what it is, and its history says what
   * happened. Answers whether that was news.
   */
  paymentRefunded({ paymentId, refundId, captured, refundedTotal }: RefundedPayment, at: Date): boolean {
    const before = this.#payment(paymentId)?.refundedMinor ?? 0n;
    if (refundedTotal.minor <= before) return false;
    this.#learn({ id: paymentId, amount: captured, method: '', captured: false, failed: false, refundedMinor: refundedTotal.minor });
    if (!this.#refundIfAllIsBack(`refund ${refundId} of payment ${paymentId}`, at))
      this.#note(`refund ${refundId} of payment ${paymentId}`, at);
    return true;
  }

  /**
   * Cancels an order that has not left. What was paid is to be given back, as its event says.
   *
   * @throws Failure ORDER_STATE
   */
  cancel({ actor, reason }: Because, at: Date): void {
    const { paymentId } = this.#snapshot;
    this.#move(paymentId === undefined ? 'cancelUnpaid' : 'cancelPaid', { actor, reason }, { cancelReason: reason }, at);
    const owed = paymentId !== undefined && !this.#isBack(paymentId);
    this.#events.push({ kind: 'OrderCancelled', reason, paymentId: owed ? paymentId : '', ...this.#about(at) });
    this.#refundIfAllIsBack('its money had gone back before', at);
  }

  /**
   * A paid order is on its way.
   *
   * @throws Failure ORDER_STATE
   */
  ship(
    { actor, reason, carrier, trackingNumber }: Because & { readonly carrier: string; readonly trackingNumber: string },
    at: Date,
  ): void {
    const shipment = { carrier, trackingNumber, shippedAt: at, deliveredAt: undefined };
    this.#move('ship', { actor, reason }, { shipment }, at);
    this.#events.push({ kind: 'OrderShipped', carrier, trackingNumber, ...this.#about(at) });
  }

  /**
   * A shipped order is with its customer.
   *
   * @throws Failure ORDER_STATE
   */
  deliver(because: Because, at: Date): void {
    const { shipment } = this.#snapshot;
    this.#move('deliver', because, { shipment: shipment && { ...shipment, deliveredAt: at } }, at);
    this.#events.push({ kind: 'OrderDelivered', ...this.#about(at) });
  }

  /** Hands over what happened since the order was placed or restored, once. */
  takeChanges(): OrderChanges {
    const payments = [...this.#news.values()];
    this.#news.clear();
    return { events: this.#events.splice(0), history: this.#history.splice(0), payments };
  }

  #whyUnwanted(amount: Money): UnwantedReason | undefined {
    const { paymentId, state, total } = this.#snapshot;
    if (paymentId !== undefined) return 'PAID_BEFORE';
    if (state !== 'PENDING_PAYMENT') return 'ORDER_CANCELLED';
    return equals(amount, total) ? undefined : 'AMOUNT_DIFFERS';
  }

  #refundIfAllIsBack(reason: string, at: Date): boolean {
    const { state, paymentId } = this.#snapshot;
    if (state !== 'CANCELLED' || paymentId === undefined || !this.#isBack(paymentId)) return false;
    this.#move('refund', { actor: PAYMENT, reason }, {}, at);
    this.#events.push({ kind: 'OrderRefunded', paymentId, ...this.#about(at) });
    return true;
  }

  #payment(id: string): OrderPayment | undefined {
    return this.#snapshot.payments.find((payment) => payment.id === id);
  }

  #isBack(paymentId: string): boolean {
    const payment = this.#payment(paymentId);
    return payment !== undefined && isWhollyRefunded(payment);
  }

  #learn(news: OrderPayment): OrderPayment {
    const { payments } = this.#snapshot;
    const payment = learnt(this.#payment(news.id), news);
    this.#snapshot = { ...this.#snapshot, payments: [...payments.filter(({ id }) => id !== news.id), payment] };
    this.#news.set(payment.id, payment);
    return payment;
  }

  /** Writes down what does not move the order. */
  #note(reason: string, at: Date): void {
    const { state } = this.#snapshot;
    this.#history.push({ from: state, to: state, actor: PAYMENT, reason, at });
  }

  #move(move: OrderMove, { actor, reason }: Because, change: Partial<OrderSnapshot>, at: Date): void {
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
