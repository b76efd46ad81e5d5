import { z } from 'zod';
import type { ProviderVerdict } from '../../domain/provider.ts';

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

/** The envelope of every webhook. */
export const razorpayEvent = z.object({ event: z.string().min(1).max(100), payload: z.record(z.string(), z.unknown()).default({}) });
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
