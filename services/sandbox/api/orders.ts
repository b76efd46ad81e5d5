import { z } from 'zod';
import { json } from '../http/answer.ts';
import { badRequest } from '../http/refusal.ts';
import { jsonBody, wholeNumber } from '../http/request.ts';
import type { Routes } from '../http/routes.ts';
import { providerId } from '../provider-ids.ts';
import type { Orders, SandboxOrder } from '../store/orders.ts';
import type { Payments, SandboxPayment } from '../store/payments.ts';
import type { Refunds } from '../store/refunds.ts';
import { collection, orderEntity, paymentEntity } from '../wire.ts';
import { notes } from './notes.ts';

const SMALLEST_AMOUNT = 100;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

const newOrder = z.object({
  amount: z.int('The amount must be an integer.').min(SMALLEST_AMOUNT, 'Order amount less than minimum amount allowed'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'Currency is not supported'),
  receipt: z.string().max(40).optional(),
  unique_receipt: z.boolean().optional(),
  notes,
});

/**
 * Razorpay's orders. A receipt is the merchant's own number: with `unique_receipt` the same receipt gives the same order, and without it each request
 * makes a new one.
 */
export function orderRoutes(deps: { orders: Orders; payments: Payments; refunds: Refunds; now: () => number }): Routes {
  const { orders, payments, refunds, now } = deps;
  const shown = (payment: SandboxPayment, order: SandboxOrder) => paymentEntity(payment, order, refunds.sums(payment.id).refunded);
  const existing = (id: string | undefined): SandboxOrder => {
    const order = orders.get(id ?? '');
    if (order === undefined) throw badRequest('The id provided does not exist');
    return order;
  };
  return {
    'POST /v1/orders': async (request) => {
      const { amount, currency, receipt, unique_receipt, notes: noted } = await jsonBody(request, newOrder);
      const earlier = unique_receipt === true && receipt !== undefined ? orders.withReceipt(receipt) : undefined;
      if (earlier !== undefined) {
        if (earlier.amount !== amount || earlier.currency !== currency) throw badRequest('Order receipt should be unique.', 'receipt');
        return json(orderEntity(earlier));
      }
      const traceparent = request.header('traceparent') ?? '';
      const order: SandboxOrder = {
        id: providerId('order_'),
        amount,
        currency,
        receipt: receipt ?? null,
        status: 'created',
        attempts: 0,
        notes: JSON.stringify(noted),
        traceparent: TRACEPARENT.test(traceparent) ? traceparent : null,
        created_at: now(),
      };
      orders.add(order);
      return json(orderEntity(order));
    },
    'GET /v1/orders': ({ query }) =>
      json(
        collection(
          orders
            .list({
              receipt: query.get('receipt') ?? undefined,
              count: wholeNumber('count', query.get('count'), 10, 100),
              skip: wholeNumber('skip', query.get('skip'), 0, 1_000_000),
            })
            .map(orderEntity),
        ),
      ),
    'GET /v1/orders/:id': ({ params }) => json(orderEntity(existing(params['id']))),
    'GET /v1/orders/:id/payments': ({ params }) => {
      const order = existing(params['id']);
      return json(collection(payments.ofOrder(order.id).map((payment) => shown(payment, order))));
    },
    'GET /v1/payments/:id': ({ params }) => {
      const payment = payments.get(params['id'] ?? '');
      if (payment === undefined) throw badRequest('The id provided does not exist');
      return json(shown(payment, existing(payment.order_id)));
    },
  };
}
