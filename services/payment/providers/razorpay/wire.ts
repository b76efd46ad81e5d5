import { z } from 'zod';
import type { ProviderRefund, ProviderVerdict } from '../../domain/provider.ts';

/** Razorpay's amounts are whole minor units; its SDK's types allow texts too. */
const minorUnits = z.union([z.int(), z.string().regex(/^-?\d+$/)]).transform((value) => BigInt(value));

/** What is read of Razorpay's order. */
export const razorpayOrder = z.object({
  id: z.string().min(1),
  amount: minorUnits,
  currency: z.string(),
  receipt: z.string().nullish(),
});
export const razorpayOrders = z.object({ items: z.array(razorpayOrder) });

/**
 * What is read of Razorpay's payment: one try to pay an order. It also holds card and contact data, which stay outside of this process: what isn't named
 * here is dropped.
 */
export const razorpayPayment = z.object({
  id: z.string().min(1).max(100),
  order_id: z.string().min(1).max(100),
  amount: minorUnits,
  currency: z.string().regex(/^[A-Z]{3}$/),
  status: z.string(),
  method: z.string().max(40).nullish(),
  error_reason: z.string().nullish(),
  error_description: z.string().nullish(),
});
export const razorpayPayments = z.object({ items: z.array(razorpayPayment) });

/** What is read of Razorpay's refund. */
export const razorpayRefund = z.object({
  id: z.string().min(1).max(100),
  payment_id: z.string().min(1).max(100),
  amount: minorUnits,
  currency: z.string().regex(/^[A-Z]{3}$/),
  receipt: z.string().nullish(),
  status: z.string(),
});
export const razorpayRefunds = z.object({ items: z.array(razorpayRefund) });

/** The envelope of every webhook. `created_at` is when it happened, in seconds since the epoch, the same at every try. */
export const razorpayEvent = z.object({
  event: z.string().min(1).max(100),
  created_at: z.int().min(0).max(1e11),
  payload: z.record(z.string(), z.unknown()).default({}),
});
/** The payload of webhooks about refunds. */
export const refundPayload = z.object({ refund: z.object({ entity: razorpayRefund }) });
/** The payload of webhooks about payments. */
export const paymentPayload = z.object({ payment: z.object({ entity: razorpayPayment }) });

const LONGEST_REASON = 300;

/** What a payment of Razorpay's says; undefined while it has not ended (created, authorized: captured by Razorpay in a moment). */
export function verdictOf(payment: z.output<typeof razorpayPayment>): ProviderVerdict | undefined {
  const captured = payment.status === 'captured' || payment.status === 'refunded';
  if (!captured && payment.status !== 'failed') return undefined;
  return {
    verdict: captured ? 'captured' : 'failed',
    providerOrderId: payment.order_id,
    providerPaymentId: payment.id,
    amount: { currency: payment.currency, minor: payment.amount },
    method: payment.method ?? '',
    reason: captured ? '' : (payment.error_description ?? payment.error_reason ?? 'refused').slice(0, LONGEST_REASON),
  };
}

/** What a refund of Razorpay's says. Its receipt is the key it was asked for with. */
export function refundWordOf(refund: z.output<typeof razorpayRefund>): ProviderRefund {
  const word = refund.status === 'processed' || refund.status === 'failed' ? refund.status : 'pending';
  return {
    word,
    key: refund.receipt ?? undefined,
    providerRefundId: refund.id,
    providerPaymentId: refund.payment_id,
    amount: { currency: refund.currency, minor: refund.amount },
    reason: word === 'failed' ? 'The provider could not carry it out.' : '',
  };
}
