import { paymentEntity } from '../wire.ts';
import type { SandboxOrder } from '../store/orders.ts';
import type { SandboxPayment } from '../store/payments.ts';

/** Razorpay's webhook about a payment that has ended, as the text that is signed and sent. @see https://razorpay.com/docs/webhooks/payments */
export function paymentEvent(payment: SandboxPayment, order: SandboxOrder, at: number): { kind: string; body: string } {
  const kind = payment.status === 'captured' ? 'payment.captured' : 'payment.failed';
  const body = JSON.stringify({
    entity: 'event',
    account_id: 'acc_SandboxAccount',
    event: kind,
    contains: ['payment'],
    payload: { payment: { entity: paymentEntity(payment, order) } },
    created_at: Math.floor(at / 1000),
  });
  return { kind, body };
}
