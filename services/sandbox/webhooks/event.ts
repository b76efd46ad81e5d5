import { paymentEntity, refundEntity } from '../wire.ts';
import type { SandboxOrder } from '../store/orders.ts';
import type { SandboxPayment } from '../store/payments.ts';
import type { SandboxRefund } from '../store/refunds.ts';

/** Razorpay's webhook about a payment that has ended, as the text that is signed and sent. @see https://razorpay.com/docs/webhooks/payments */
export function paymentEvent(payment: SandboxPayment, order: SandboxOrder, at: number): { kind: string; body: string } {
  const kind = payment.status === 'captured' ? 'payment.captured' : 'payment.failed';
  return { kind, body: envelope(kind, { payment: paymentEntity(payment, order) }, at) };
}

/** Razorpay's kinds of webhooks about refunds. */
export type RefundEventKind = 'refund.created' | 'refund.processed' | 'refund.failed';

/** Razorpay's webhook about a refund of a payment of which `refunded` has gone back. @see https://razorpay.com/docs/webhooks/refunds */
export function refundEvent(
  kind: RefundEventKind,
  refund: SandboxRefund,
  payment: SandboxPayment,
  order: SandboxOrder,
  refunded: number,
  at: number,
): { kind: string; body: string } {
  const entities = { refund: refundEntity(refund, order), payment: paymentEntity(payment, order, refunded) };
  return { kind, body: envelope(kind, entities, at) };
}

function envelope(event: string, entities: Readonly<Record<string, object>>, at: number): string {
  return JSON.stringify({
    entity: 'event',
    account_id: 'acc_SandboxAccount',
    event,
    contains: Object.keys(entities),
    payload: Object.fromEntries(Object.entries(entities).map(([name, entity]) => [name, { entity }])),
    created_at: Math.floor(at / 1000),
  });
}
