import type { DatabaseSync } from 'node:sqlite';
import { badRequest } from './http/refusal.ts';
import { providerId } from './provider-ids.ts';
import { inTransaction } from './store/database.ts';
import type { Deliveries } from './store/deliveries.ts';
import type { KnobStore } from './store/knobs.ts';
import type { Orders, SandboxOrder } from './store/orders.ts';
import type { Payments, SandboxPayment } from './store/payments.ts';
import { paymentEvent } from './webhooks/event.ts';
import { enqueue } from './webhooks/outbox.ts';

/** What a payer decides. */
export interface PayRequest {
  readonly method: 'upi' | 'card';
  readonly outcome: 'success' | 'failure';
  /** How long the bank takes, in milliseconds. */
  readonly delayMs: number;
}

/** What the cashier works with. */
export interface CashierDeps {
  readonly database: DatabaseSync;
  readonly orders: Orders;
  readonly payments: Payments;
  readonly deliveries: Deliveries;
  readonly knobs: KnobStore;
  readonly now: () => number;
  readonly random: () => number;
}

const SETTLED_AT_ONCE = 50;

/** Takes payments and ends them: an order may be tried many times and is paid once. */
export class Cashier {
  readonly #deps: CashierDeps;

  constructor(deps: CashierDeps) {
    this.#deps = deps;
  }

  /**
   * A payer pays, or refuses to. Without a delay the payment has ended when this returns.
   *
   * @throws Refusal when there is no such order, or it is paid
   */
  pay(orderId: string, { method, outcome, delayMs }: PayRequest): { payment: SandboxPayment; order: SandboxOrder } {
    const { database, orders, payments, knobs, now, random } = this.#deps;
    return inTransaction(database, () => {
      const order = orders.get(orderId);
      if (order === undefined) throw badRequest('The id provided does not exist');
      const again = order.status === 'paid';
      if (again && !(random() < knobs.get().capture_twice)) throw badRequest('Order already paid', 'order_id');
      const at = now();
      const payment: SandboxPayment = {
        id: providerId('pay_'),
        order_id: orderId,
        status: 'created',
        method,
        outcome,
        error_reason: null,
        settle_at: at + delayMs,
        created_at: at,
      };
      payments.add(payment);
      orders.countAttempt(orderId);
      if (delayMs === 0) this.#settle(payment, again);
      return { payment: payments.get(payment.id) ?? payment, order: orders.get(orderId) ?? order };
    });
  }

  /** Ends the payments whose time has come; answers when the next one ends. */
  settleDue(): number | undefined {
    const { database, payments, now } = this.#deps;
    for (;;) {
      const due = payments.due(now(), SETTLED_AT_ONCE);
      for (const payment of due) inTransaction(database, () => this.#settle(payment));
      if (due.length < SETTLED_AT_ONCE) return payments.nextDue();
    }
  }

  /** @param again that the paid order takes this one, too, is decided already */
  #settle(payment: SandboxPayment, again = false): void {
    const { orders, payments, deliveries, knobs, now, random } = this.#deps;
    const order = orders.get(payment.order_id);
    if (order === undefined) throw new Error(`Payment ${payment.id} has no order.`);
    const set = knobs.get();
    const takesAnother = again || order.status !== 'paid' || random() < set.capture_twice;
    const reason = whyFailed(payment, takesAnother, random() < set.refuse_payments);
    payments.end(payment.id, reason === null ? 'captured' : 'failed', reason);
    if (order.status !== 'paid') orders.setStatus(order.id, reason === null ? 'paid' : 'attempted');
    const ended = payments.get(payment.id) ?? payment;
    enqueue(deliveries, { ...paymentEvent(ended, order, now()), traceparent: order.traceparent }, set, now(), random);
  }
}

function whyFailed(payment: SandboxPayment, orderTakesIt: boolean, refusedByBank: boolean): string | null {
  if (!orderTakesIt) return 'order_already_paid';
  if (payment.outcome === 'failure') return 'payment_declined';
  return refusedByBank ? 'bank_technical_error' : null;
}
