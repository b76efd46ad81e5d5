import type { z } from 'zod';
import { inClientSpan } from '@shopverse/mesh/telemetry/client-span';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import type { OpenOrderRequest, PaymentProvider, ProviderRefund, RefundRequest } from '../../domain/provider.ts';
import { refusedRefund } from '../refused-refund.ts';
import { ProviderTrouble, unavailable } from '../trouble.ts';
import { asUnavailable, isReceiptTaken, refusalOf } from './refusal.ts';
import { openSdk, type SdkOptions } from './sdk.ts';
import { readRazorpayWebhook } from './webhook.ts';
import { razorpayOrder, razorpayOrders, razorpayPayments, razorpayRefund, razorpayRefunds, refundWordOf, verdictOf } from './wire.ts';

/** An account at Razorpay. */
export interface RazorpayOptions extends SdkOptions {
  readonly webhookSecret: string;
  readonly log: Logger;
}

/**
 * Razorpay, through its own SDK. The order's id is the receipt, and with `unique_receipt` Razorpay gives the same order for the same receipt; accounts that
 * refuse a used receipt instead are asked for its order. So a retry after a crash can't open a second one. A refund's key is its receipt and its idempotency key.
 *
 * @see https://razorpay.com/docs/api/orders/create
 * @see https://razorpay.com/docs/api/refunds/normal-refunds-idempotent
 */
export function razorpay({ webhookSecret, log, ...options }: RazorpayOptions): PaymentProvider {
  const sdk = openSdk(options);

  /** One request: in a span, its answer checked, its trouble in the contract's words, unless `answers` says that it is an answer, too. */
  async function ask<Schema extends z.ZodType>(
    operation: string,
    answer: Schema,
    request: () => Promise<unknown>,
    answers: (error: unknown) => boolean = () => false,
  ): Promise<z.output<Schema>> {
    try {
      return await inClientSpan(`razorpay ${operation}`, { 'server.address': new URL(options.apiUrl).host }, async () =>
        answer.parse(await request()),
      );
    } catch (error) {
      if (answers(error)) throw error;
      const refusal = asUnavailable(operation, error);
      log.warn({ provider: 'razorpay', operation, reason: String(refusal.options.cause) }, 'provider unavailable');
      throw refusal;
    }
  }

  async function create({ orderId, amount }: OpenOrderRequest) {
    // Not yet in the SDK's types; documented for the API.
    const order = { amount: toNumber(amount.minor), currency: amount.currency, receipt: orderId, unique_receipt: true };
    return ask('orders.create', razorpayOrder, () => sdk.orders.create(order), isReceiptTaken);
  }

  async function find(receipt: string) {
    const { items } = await ask('orders.all', razorpayOrders, () => sdk.orders.all({ receipt, count: 1 }));
    return items.find((order) => order.receipt === receipt);
  }

  async function refundsOf(providerPaymentId: string): Promise<readonly ProviderRefund[]> {
    const page = { count: 100 };
    const { items } = await ask('payments.refunds', razorpayRefunds, () => sdk.payments.fetchMultipleRefund(providerPaymentId, page));
    return items.map(refundWordOf);
  }

  async function refund(request: RefundRequest): Promise<ProviderRefund> {
    const { key, providerPaymentId, amount } = request;
    const wanted = { amount: toNumber(amount.minor), speed: 'normal' as const, receipt: key };
    try {
      const send = () => sdk.payments.refund(providerPaymentId, wanted);
      return refundWordOf(await ask('payments.refund', razorpayRefund, send, (error) => refusalOf(error) !== undefined));
    } catch (error) {
      const reason = refusalOf(error);
      if (reason === undefined) throw error;
      return refusedRefund(request, reason, refundsOf);
    }
  }

  return {
    name: 'razorpay',
    keyId: options.keyId,
    async openOrder(request) {
      const order = await create(request).catch(async (error: unknown) => {
        if (!isReceiptTaken(error)) throw error;
        return find(request.orderId);
      });
      const { amount } = request;
      if (order === undefined || order.amount !== amount.minor || order.currency !== amount.currency) {
        log.error({ provider: 'razorpay', order_id: request.orderId, provider_order_id: order?.id }, "provider's order differs");
        throw unavailable('razorpay', new ProviderTrouble('The order with this receipt is of another amount.', false));
      }
      return { providerOrderId: order.id, checkoutUrl: '' };
    },
    async verdictsOf(providerOrderId) {
      const { items } = await ask('orders.fetchPayments', razorpayPayments, () => sdk.orders.fetchPayments(providerOrderId));
      return items.map(verdictOf).filter((verdict) => verdict !== undefined);
    },
    refund,
    refundsOf,
    readWebhook: (webhook) => readRazorpayWebhook(webhookSecret, webhook),
  };
}

/** Razorpay's JSON has numbers; one that a number can't hold exactly must not be sent as another. */
function toNumber(minor: bigint): number {
  const value = Number(minor);
  if (!Number.isSafeInteger(value)) throw new RangeError('The amount is too large for the provider.');
  return value;
}
