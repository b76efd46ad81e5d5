import Stripe from 'stripe';
import type { z } from 'zod';
import { currentCall } from '@shopverse/mesh/rpc/call';
import { inClientSpan, traceHeaders } from '@shopverse/mesh/telemetry/client-span';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import type { OpenedOrder, OpenOrderRequest, PaymentProvider, ProviderRefund, RefundRequest } from '../../domain/provider.ts';
import { refusedRefund } from '../refused-refund.ts';
import { ProviderTrouble, unavailable } from '../trouble.ts';
import { asUnavailable, refusalOf } from './refusal.ts';
import { readStripeWebhook } from './webhook.ts';
import { REFUND_KEY, refundWordOf, stripeRefund, stripeRefunds, stripeSession, verdictOf } from './wire.ts';

/** An account at Stripe. */
export interface StripeOptions {
  readonly apiUrl: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** Greatest age of a webhook's signature, in milliseconds. */
  readonly webhookToleranceMs: number;
  /** Where Stripe's page sends the customer who has paid, or who goes back. */
  readonly successUrl: string;
  readonly cancelUrl: string;
  /** Longest time for one request, in milliseconds. */
  readonly timeoutMs: number;
  readonly log: Logger;
}

/** Currencies whose amounts Stripe writes in other units than ISO 4217 has. @see https://docs.stripe.com/currencies#special-cases */
const OTHER_UNITS: ReadonlySet<string> = new Set(['ISK', 'UGX']);

/**
 * Stripe, through its own SDK: a Checkout Session is the provider's order, on whose page the customer pays. The order's id is the idempotency key of the session, and a
 * refund's key that of the refund, so a retry after a crash finds the first one. The SDK's own retries are off: those who call have theirs.
 *
 * @see https://docs.stripe.com/api/checkout/sessions
 * @see https://docs.stripe.com/api/idempotent_requests
 */
export function stripe({ log, ...options }: StripeOptions): PaymentProvider {
  const url = new URL(options.apiUrl);
  const sdk = new Stripe(options.secretKey, {
    host: url.hostname,
    port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port,
    protocol: url.protocol === 'https:' ? 'https' : 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  });

  /** One request: in a span, in time, its answer checked, its trouble in the contract's words, unless `answers` says that it is an answer, too. */
  async function ask<Schema extends z.ZodType>(
    operation: string,
    answer: Schema,
    request: (settings: Stripe.RequestOptions) => Promise<unknown>,
    answers: (error: unknown) => boolean = () => false,
  ): Promise<z.output<Schema>> {
    const left = (currentCall.getStore()?.deadline ?? Infinity) - Date.now();
    const timeout = Math.max(1, Math.min(options.timeoutMs, Math.floor(left)));
    try {
      return await inClientSpan(`stripe ${operation}`, { 'server.address': url.host }, async () =>
        answer.parse(await request({ timeout, headers: { ...traceHeaders() } })),
      );
    } catch (error) {
      if (answers(error)) throw error;
      const refusal = asUnavailable(operation, error);
      log.warn({ provider: 'stripe', operation, reason: String(refusal.options.cause) }, 'provider unavailable');
      throw refusal;
    }
  }

  async function openOrder({ orderId, amount }: OpenOrderRequest): Promise<OpenedOrder> {
    if (OTHER_UNITS.has(amount.currency))
      throw unavailable('stripe', new ProviderTrouble(`Amounts in ${amount.currency} are not written alike here and at Stripe.`, false));
    const item = {
      quantity: 1,
      price_data: {
        currency: amount.currency.toLowerCase(),
        unit_amount: toNumber(amount.minor),
        product_data: { name: `Order ${orderId}` },
      },
    };
    const order = {
      mode: 'payment' as const,
      line_items: [item],
      client_reference_id: orderId,
      metadata: { order_id: orderId },
      payment_intent_data: { metadata: { order_id: orderId } },
      success_url: options.successUrl,
      cancel_url: options.cancelUrl,
    };
    const key = { idempotencyKey: `order-${orderId}` };
    const session = await ask('checkout.sessions.create', stripeSession, (settings) =>
      sdk.checkout.sessions.create(order, { ...settings, ...key }),
    );
    return { providerOrderId: session.id, checkoutUrl: session.url ?? '' };
  }

  async function refundsOf(providerPaymentId: string): Promise<readonly ProviderRefund[]> {
    const query = { payment_intent: providerPaymentId, limit: 100 };
    const { data } = await ask('refunds.list', stripeRefunds, (settings) => sdk.refunds.list(query, settings));
    return data.map(refundWordOf);
  }

  async function refund(request: RefundRequest): Promise<ProviderRefund> {
    const { key, providerPaymentId, amount } = request;
    const wanted = { payment_intent: providerPaymentId, amount: toNumber(amount.minor), metadata: { [REFUND_KEY]: key } };
    try {
      const send = (settings: Stripe.RequestOptions) => sdk.refunds.create(wanted, { ...settings, idempotencyKey: key });
      return refundWordOf(await ask('refunds.create', stripeRefund, send, (error) => refusalOf(error) !== undefined));
    } catch (error) {
      const reason = refusalOf(error);
      if (reason === undefined) throw error;
      return refusedRefund(request, reason, refundsOf);
    }
  }

  return {
    name: 'stripe',
    keyId: options.publishableKey,
    openOrder,
    async verdictsOf(providerOrderId) {
      const session = await ask('checkout.sessions.retrieve', stripeSession, (settings) =>
        sdk.checkout.sessions.retrieve(providerOrderId, {}, settings),
      );
      const verdict = verdictOf(session);
      return verdict === undefined ? [] : [verdict];
    },
    refund,
    refundsOf,
    readWebhook: (webhook) =>
      readStripeWebhook({ secret: options.webhookSecret, toleranceS: Math.ceil(options.webhookToleranceMs / 1000) }, webhook),
  };
}

/** Stripe's JSON has numbers; one that a number can't hold exactly must not be sent as another. */
function toNumber(minor: bigint): number {
  const value = Number(minor);
  if (!Number.isSafeInteger(value)) throw new RangeError('The amount is too large for the provider.');
  return value;
}
