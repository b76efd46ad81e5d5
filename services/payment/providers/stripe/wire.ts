import { z } from 'zod';
import type { ProviderRefund, ProviderVerdict } from '../../domain/provider.ts';

/** Stripe names a thing by its id, or shows all of it. */
const reference = z.union([z.string(), z.object({ id: z.string() })]).nullable();
const minorUnits = z.int().transform((value) => BigInt(value));
const currency = z
  .string()
  .regex(/^[a-z]{3}$/)
  .transform((code) => code.toUpperCase());

/** What is read of a Checkout Session. It also holds the customer's contact data, which stay outside of this process. */
export const stripeSession = z.object({
  id: z.string().min(1).max(100),
  url: z.string().nullish(),
  status: z.string().nullish(),
  payment_status: z.string(),
  amount_total: minorUnits.nullish(),
  currency: currency.nullish(),
  payment_intent: reference.optional(),
  payment_method_types: z.array(z.string().max(40)).default([]),
});
/** See `stripeSession`. */
export type StripeSession = z.output<typeof stripeSession>;

/** What is read of a refund. */
export const stripeRefund = z.object({
  id: z.string().min(1).max(100),
  amount: minorUnits,
  currency,
  payment_intent: reference.optional(),
  metadata: z.record(z.string(), z.string()).nullish(),
  status: z.string().nullish(),
  failure_reason: z.string().nullish(),
});
export const stripeRefunds = z.object({ data: z.array(stripeRefund) });

/** The envelope of every webhook. `created` is when it happened, in seconds since the epoch. */
export const stripeEvent = z.object({
  id: z.string().regex(/^[\x21-\x7e]{1,100}$/),
  type: z.string().min(1).max(100),
  created: z.int().min(0).max(1e11),
  data: z.object({ object: z.unknown() }),
});

/** Where a refund carries the key that it was asked for with. */
export const REFUND_KEY = 'refund_key';

/**
 * What a Checkout Session says; undefined while it has not ended. A declined card does not end it: the customer may try another until it expires.
 *
 * @param failed whether Stripe tells that a payment came to nothing which takes days, such as a bank debit
 */
export function verdictOf(session: StripeSession, failed = false): ProviderVerdict | undefined {
  const paid = session.payment_status === 'paid';
  const expired = session.status === 'expired';
  if ((!paid && !expired && !failed) || typeof session.amount_total !== 'bigint' || !session.currency) return undefined;
  const [method = '', ...others] = session.payment_method_types;
  return {
    verdict: paid ? 'captured' : 'failed',
    providerOrderId: session.id,
    providerPaymentId: idOf(session.payment_intent) ?? session.id,
    amount: { currency: session.currency, minor: session.amount_total },
    method: others.length === 0 ? method : '',
    reason: paid ? '' : failed ? 'The bank refused the payment.' : 'It was not paid in time.',
  };
}

/** What a refund says. */
export function refundWordOf(refund: z.output<typeof stripeRefund>): ProviderRefund {
  const failed = refund.status === 'failed' || refund.status === 'canceled';
  return {
    word: failed ? 'failed' : refund.status === 'succeeded' ? 'processed' : 'pending',
    key: refund.metadata?.[REFUND_KEY],
    providerRefundId: refund.id,
    providerPaymentId: idOf(refund.payment_intent) ?? '',
    amount: { currency: refund.currency, minor: refund.amount },
    reason: failed ? (refund.failure_reason ?? refund.status ?? '') : '',
  };
}

function idOf(thing: z.output<typeof reference> | undefined): string | undefined {
  return typeof thing === 'string' ? thing : thing?.id;
}
