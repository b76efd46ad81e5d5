import { failure, Failure } from '@shopverse/mesh/failure';
import type { ProviderNotice, ProviderRefund, ProviderVerdict, RawWebhook } from '../../domain/provider.ts';
import { isSignedBy } from './signature.ts';
import { paymentPayload, razorpayEvent, refundPayload, refundWordOf, verdictOf } from './wire.ts';

/** Kinds of events that end a try to pay. `order.paid` says the same as `payment.captured`, in a notice of its own. */
const KINDS: ReadonlySet<string> = new Set(['payment.captured', 'payment.failed', 'order.paid']);
/** Kinds of events about refunds, and the state that each tells of. */
const REFUND_STATES: ReadonlyMap<string, string> = new Map([
  ['refund.created', 'pending'],
  ['refund.processed', 'processed'],
  ['refund.failed', 'failed'],
]);
const EVENT_ID = /^[\x21-\x7e]{1,100}$/;

/**
 * Reads a webhook of Razorpay. The signature is checked over the raw bytes before a single one of them is believed.
 *
 * @throws Failure INVALID_SIGNATURE, INVALID_WEBHOOK
 */
export function readRazorpayWebhook(secret: string, { body, header }: RawWebhook): ProviderNotice {
  if (!isSignedBy(secret, body, header('x-razorpay-signature'))) {
    throw failure('INVALID_SIGNATURE', 'The header x-razorpay-signature must be the HMAC-SHA256 of the body, in hex.');
  }
  const eventId = header('x-razorpay-event-id');
  if (eventId === undefined || !EVENT_ID.test(eventId)) {
    throw failure('INVALID_WEBHOOK', 'The header x-razorpay-event-id must name the event.');
  }
  const event = razorpayEvent.safeParse(parseJson(body));
  if (!event.success) throw invalid('The body is no event of Razorpay: it needs `event`, `created_at` and `payload`.', event.error);
  const { event: kind, created_at: seconds, payload } = event.data;
  const notice = { eventId, kind, at: new Date(seconds * 1000) };
  if (KINDS.has(kind)) {
    const verdict = readVerdict(kind, payload);
    return verdict === undefined ? notice : { ...notice, verdict };
  }
  const state = REFUND_STATES.get(kind);
  return state === undefined ? notice : { ...notice, refund: readRefund(kind, state, payload) };
}

function readVerdict(kind: string, payload: unknown): ProviderVerdict | undefined {
  const parsed = paymentPayload.safeParse(payload);
  if (!parsed.success) throw invalid(`The body is no ${kind} of Razorpay: payload.payment.entity must be a payment.`, parsed.error);
  const payment = parsed.data.payment.entity;
  // The entity is a snapshot of the moment of the event; the event's name says what happened, whatever the snapshot was late to show.
  return verdictOf({ ...payment, status: kind === 'payment.failed' ? 'failed' : 'captured' });
}

function readRefund(kind: string, state: string, payload: unknown): ProviderRefund {
  const parsed = refundPayload.safeParse(payload);
  if (!parsed.success) throw invalid(`The body is no ${kind} of Razorpay: payload.refund.entity must be a refund.`, parsed.error);
  return refundWordOf({ ...parsed.data.refund.entity, status: state });
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch (cause) {
    throw invalid('The body is no JSON.', cause);
  }
}

function invalid(message: string, cause: unknown): Failure {
  return new Failure('INVALID_WEBHOOK', message, { cause });
}
