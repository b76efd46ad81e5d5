import type { SandboxOrder } from './store/orders.ts';
import type { SandboxPayment } from './store/payments.ts';
import type { SandboxRefund } from './store/refunds.ts';

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** Razorpay's order entity. @see https://razorpay.com/docs/api/orders/entity */
export function orderEntity(order: SandboxOrder): object {
  const paid = order.status === 'paid' ? order.amount : 0;
  return {
    id: order.id,
    entity: 'order',
    amount: order.amount,
    amount_paid: paid,
    amount_due: order.amount - paid,
    currency: order.currency,
    receipt: order.receipt,
    offer_id: null,
    status: order.status,
    attempts: order.attempts,
    notes: JSON.parse(order.notes) as unknown,
    created_at: seconds(order.created_at),
  };
}

/** Razorpay's payment entity; `refunded` of it has gone back. @see https://razorpay.com/docs/api/payments/entity */
export function paymentEntity(payment: SandboxPayment, order: SandboxOrder, refunded = 0): object {
  const whole = refunded > 0 && refunded === order.amount;
  const failed = payment.status === 'failed';
  return {
    id: payment.id,
    entity: 'payment',
    amount: order.amount,
    currency: order.currency,
    status: whole ? 'refunded' : payment.status,
    order_id: order.id,
    invoice_id: null,
    international: false,
    method: payment.method,
    amount_refunded: refunded,
    refund_status: refunded === 0 ? null : whole ? 'full' : 'partial',
    captured: payment.status === 'captured',
    description: null,
    card_id: null,
    bank: null,
    wallet: null,
    vpa: payment.method === 'upi' ? 'payer@sandbox' : null,
    email: null,
    contact: null,
    notes: [],
    fee: null,
    tax: null,
    error_code: failed ? 'BAD_REQUEST_ERROR' : null,
    error_description: failed ? describe(payment.error_reason) : null,
    error_source: failed ? 'customer' : null,
    error_step: failed ? 'payment_authorization' : null,
    error_reason: failed ? payment.error_reason : null,
    created_at: seconds(payment.created_at),
  };
}

/** Razorpay's refund entity. @see https://razorpay.com/docs/api/refunds/entity */
export function refundEntity(refund: SandboxRefund, order: SandboxOrder): object {
  return {
    id: refund.id,
    entity: 'refund',
    amount: refund.amount,
    currency: order.currency,
    payment_id: refund.payment_id,
    notes: JSON.parse(refund.notes) as unknown,
    receipt: refund.receipt,
    acquirer_data: { arn: null },
    batch_id: null,
    status: refund.status,
    speed_processed: 'normal',
    speed_requested: 'normal',
    created_at: seconds(refund.created_at),
  };
}

/** Razorpay's list of entities. */
export function collection(items: readonly object[]): object {
  return { entity: 'collection', count: items.length, items };
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  payment_declined: 'The payer declined the payment.',
  order_already_paid: 'The order was paid by another payment.',
  bank_technical_error: "The payer's bank refused the payment.",
};

function describe(reason: string | null): string {
  return DESCRIPTIONS[reason ?? ''] ?? 'The payment failed.';
}
