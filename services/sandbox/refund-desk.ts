import type { DatabaseSync } from 'node:sqlite';
import { badRequest } from './http/refusal.ts';
import { providerId } from './provider-ids.ts';
import { inTransaction } from './store/database.ts';
import type { Deliveries } from './store/deliveries.ts';
import type { KnobStore } from './store/knobs.ts';
import type { Orders, SandboxOrder } from './store/orders.ts';
import type { Payments, SandboxPayment } from './store/payments.ts';
import type { Refunds, SandboxRefund } from './store/refunds.ts';
import { refundEvent, type RefundEventKind } from './webhooks/event.ts';
import { enqueue } from './webhooks/outbox.ts';

/** What a merchant wants back for its customer. */
export interface RefundWish {
  /** Minor units; all that is left when undefined. */
  readonly amount: number | undefined;
  readonly receipt: string | undefined;
  readonly notes: object;
  /** The idempotency key; undefined when there is none. */
  readonly key: string | undefined;
}

/** What the desk works with. */
export interface RefundDeskDeps {
  readonly database: DatabaseSync;
  readonly orders: Orders;
  readonly payments: Payments;
  readonly refunds: Refunds;
  readonly deliveries: Deliveries;
  readonly knobs: KnobStore;
  readonly now: () => number;
  readonly random: () => number;
}

const SMALLEST_AMOUNT = 100;
const SETTLED_AT_ONCE = 50;

/** Gives money back: never more of a payment than it captured, and once for each idempotency key. */
export class RefundDesk {
  readonly #deps: RefundDeskDeps;

  constructor(deps: RefundDeskDeps) {
    this.#deps = deps;
  }

  /**
   * A merchant gives money back. Without the knob `delay_refunds_ms` the refund has ended when this returns.
   *
   * @throws Refusal when there is no such payment, it is not captured, less is left of it, or the key was used for something else
   */
  refund(
    paymentId: string,
    { amount: wanted, receipt, notes, key }: RefundWish,
  ): { refund: SandboxRefund; payment: SandboxPayment; order: SandboxOrder } {
    const { database, refunds, knobs, now } = this.#deps;
    return inTransaction(database, () => {
      const { payment, order } = this.#captured(paymentId);
      const left = order.amount - refunds.sums(paymentId).taken;
      const earlier = key === undefined ? undefined : refunds.withKey(key);
      if (earlier !== undefined) {
        if (earlier.payment_id !== paymentId || (wanted ?? earlier.amount) !== earlier.amount)
          throw badRequest('Different request with the same idempotency key has already been processed.');
        return { refund: earlier, payment, order };
      }
      const amount = wanted ?? left;
      if (left === 0) throw badRequest('The payment has been fully refunded already', 'amount');
      if (amount < SMALLEST_AMOUNT) throw badRequest('The amount must be atleast INR 1.00', 'amount');
      if (amount > left) throw badRequest('The total refund amount is greater than the refund payment amount', 'amount');
      const at = now();
      const set = knobs.get();
      const refund: SandboxRefund = {
        id: providerId('rfnd_'),
        payment_id: paymentId,
        amount,
        status: 'pending',
        receipt: receipt ?? null,
        notes: JSON.stringify(notes),
        key: key ?? null,
        settle_at: at + set.delay_refunds_ms,
        created_at: at,
      };
      refunds.add(refund);
      this.#tell('refund.created', refund, payment, order);
      if (set.delay_refunds_ms === 0) this.#settle(refund);
      return { refund: refunds.get(refund.id) ?? refund, payment, order };
    });
  }

  /** Ends the refunds whose time has come; answers when the next one ends. */
  settleDue(): number | undefined {
    const { database, refunds, now } = this.#deps;
    for (;;) {
      const due = refunds.due(now(), SETTLED_AT_ONCE);
      for (const refund of due) inTransaction(database, () => this.#settle(refund));
      if (due.length < SETTLED_AT_ONCE) return refunds.nextDue();
    }
  }

  #settle(refund: SandboxRefund): void {
    const { refunds, knobs, random } = this.#deps;
    const { payment, order } = this.#captured(refund.payment_id);
    const status = random() < knobs.get().refuse_refunds ? 'failed' : 'processed';
    refunds.end(refund.id, status);
    this.#tell(`refund.${status}`, { ...refund, status }, payment, order);
  }

  #tell(kind: RefundEventKind, refund: SandboxRefund, payment: SandboxPayment, order: SandboxOrder): void {
    const { deliveries, refunds, knobs, now, random } = this.#deps;
    const event = refundEvent(kind, refund, payment, order, refunds.sums(payment.id).refunded, now());
    enqueue(deliveries, { ...event, traceparent: order.traceparent }, knobs.get(), now(), random);
  }

  #captured(paymentId: string): { payment: SandboxPayment; order: SandboxOrder } {
    const payment = this.#deps.payments.get(paymentId);
    const order = payment === undefined ? undefined : this.#deps.orders.get(payment.order_id);
    if (payment === undefined || order === undefined) throw badRequest('The id provided does not exist');
    if (payment.status !== 'captured') throw badRequest('The payment status should be captured for action to be taken');
    return { payment, order };
  }
}
