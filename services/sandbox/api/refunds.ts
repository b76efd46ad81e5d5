import { z } from 'zod';
import { json } from '../http/answer.ts';
import { badRequest } from '../http/refusal.ts';
import { jsonBody, wholeNumber } from '../http/request.ts';
import type { Routes } from '../http/routes.ts';
import type { RefundDesk } from '../refund-desk.ts';
import type { Orders } from '../store/orders.ts';
import type { Payments } from '../store/payments.ts';
import type { Refunds, SandboxRefund } from '../store/refunds.ts';
import { collection, refundEntity } from '../wire.ts';
import { notes } from './notes.ts';

const KEY = /^[A-Za-z0-9_-]{10,100}$/;

const newRefund = z.object({
  amount: z.int('The amount must be an integer.').optional(),
  speed: z.enum(['normal', 'optimum']).optional(),
  receipt: z.string().max(40).optional(),
  notes,
});

/** What the routes work with. */
export interface RefundRoutesDeps {
  readonly desk: RefundDesk;
  readonly orders: Orders;
  readonly payments: Payments;
  readonly refunds: Refunds;
  readonly wake: () => void;
}

/** Razorpay's refunds. With the header `X-Refund-Idempotency` the same key gives the same refund, and without it each request makes a new one. */
export function refundRoutes({ desk, orders, payments, refunds, wake }: RefundRoutesDeps): Routes {
  const entity = (refund: SandboxRefund) => {
    const order = orders.get(payments.get(refund.payment_id)?.order_id ?? '');
    if (order === undefined) throw badRequest('The id provided does not exist');
    return refundEntity(refund, order);
  };
  return {
    'POST /v1/payments/:id/refund': async (request) => {
      const { amount, receipt, notes: noted } = await jsonBody(request, newRefund);
      const key = request.header('x-refund-idempotency');
      if (key !== undefined && !KEY.test(key))
        throw badRequest('The idempotency key must have at least 10 letters, digits, hyphens or underscores.');
      const { refund } = desk.refund(request.params['id'] ?? '', { amount, receipt, notes: noted, key });
      wake();
      return json(entity(refund));
    },
    'GET /v1/refunds/:id': ({ params }) => {
      const refund = refunds.get(params['id'] ?? '');
      if (refund === undefined) throw badRequest('The id provided does not exist');
      return json(entity(refund));
    },
    'GET /v1/payments/:id/refunds': ({ params, query }) => {
      const payment = payments.get(params['id'] ?? '');
      if (payment === undefined) throw badRequest('The id provided does not exist');
      const count = wholeNumber('count', query.get('count'), 10, 100);
      return json(collection(refunds.ofPayment(payment.id, count, wholeNumber('skip', query.get('skip'), 0, 1_000_000)).map(entity)));
    },
  };
}
