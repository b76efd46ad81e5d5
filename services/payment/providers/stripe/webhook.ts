import Stripe from 'stripe';
import { Failure } from '@shopverse/mesh/failure';
import type { ProviderNotice, RawWebhook } from '../../domain/provider.ts';
import { refundWordOf, stripeEvent, stripeRefund, stripeSession, verdictOf } from './wire.ts';

/** Kinds of events that may end a Checkout Session. */
const SESSIONS: ReadonlySet<string> = new Set([
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
]);
const REFUNDS: ReadonlySet<string> = new Set(['refund.created', 'refund.updated', 'refund.failed']);

/** How a webhook of Stripe is verified. */
export interface StripeWebhookOptions {
  readonly secret: string;
  /** Greatest age of a signature, in seconds. Stripe signs anew at every try. */
  readonly toleranceS: number;
}

/**
 * Reads a webhook of Stripe. The signature and its age are checked by Stripe's SDK, over the raw bytes, before a single one of them is believed.
 *
 * @see https://docs.stripe.com/webhooks#verify-official-libraries
 * @throws Failure INVALID_SIGNATURE, INVALID_WEBHOOK
 */
export function readStripeWebhook({ secret, toleranceS }: StripeWebhookOptions, { body, header }: RawWebhook): ProviderNotice {
  const event = stripeEvent.safeParse(verified(Buffer.from(body), header('stripe-signature') ?? '', secret, toleranceS));
  if (!event.success) throw invalid('The body is no event of Stripe: it needs `id`, `type`, `created` and `data.object`.', event.error);
  const { id: eventId, type: kind, created, data } = event.data;
  const notice = { eventId, kind, at: new Date(created * 1000) };
  if (SESSIONS.has(kind)) {
    const session = stripeSession.safeParse(data.object);
    if (!session.success) throw invalid(`The body is no ${kind} of Stripe: data.object must be a Checkout Session.`, session.error);
    const verdict = verdictOf(session.data, kind === 'checkout.session.async_payment_failed');
    return verdict === undefined ? notice : { ...notice, verdict };
  }
  if (!REFUNDS.has(kind)) return notice;
  const refund = stripeRefund.safeParse(data.object);
  if (!refund.success) throw invalid(`The body is no ${kind} of Stripe: data.object must be a refund.`, refund.error);
  return { ...notice, refund: refundWordOf(refund.data) };
}

function verified(body: Buffer, signature: string, secret: string, toleranceS: number): unknown {
  try {
    return Stripe.webhooks.constructEvent(body, signature, secret, toleranceS);
  } catch (cause) {
    // What the SDK says of a wrong signature quotes the body and the header: it must not become a cause that is logged.
    if (cause instanceof Stripe.errors.StripeSignatureVerificationError)
      throw new Failure('INVALID_SIGNATURE', `The header stripe-signature must sign the body, no longer than ${toleranceS} s ago.`);
    throw invalid('The body is no event of Stripe.', cause instanceof Error ? cause.name : undefined);
  }
}

function invalid(message: string, cause: unknown): Failure {
  return new Failure('INVALID_WEBHOOK', message, { cause });
}
