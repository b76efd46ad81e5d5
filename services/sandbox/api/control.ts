import { z } from 'zod';
import type { Cashier } from '../cashier.ts';
import { json } from '../http/answer.ts';
import { jsonBody } from '../http/request.ts';
import type { Routes } from '../http/routes.ts';
import type { Deliveries } from '../store/deliveries.ts';
import { knobs, type KnobStore } from '../store/knobs.ts';
import { paymentEntity } from '../wire.ts';

const payRequest = z.strictObject({
  method: z.enum(['upi', 'card']).default('upi'),
  outcome: z.enum(['success', 'failure']).default('success'),
  delay_ms: z.int().min(0).max(3_600_000).default(0),
});

/** What no real provider has: paying without a payer, and making things go wrong. */
export function controlRoutes(deps: { cashier: Cashier; deliveries: Deliveries; knobStore: KnobStore; wake: () => void }): Routes {
  const { cashier, deliveries, knobStore, wake } = deps;
  return {
    'POST /sandbox/orders/:id/pay': async (request) => {
      const { method, outcome, delay_ms } = await jsonBody(request, payRequest);
      const { payment, order } = cashier.pay(request.params['id'] ?? '', { method, outcome, delayMs: delay_ms });
      wake();
      return json(paymentEntity(payment, order));
    },
    'GET /sandbox/knobs': () => json(knobStore.get()),
    // What is not named goes back to its default, so that `{}` mends everything.
    'POST /sandbox/knobs': async (request) => {
      knobStore.set(await jsonBody(request, knobs));
      return json(knobStore.get());
    },
    'GET /sandbox/webhooks': () => json({ webhooks: deliveries.latest(100) }),
    'GET /healthz': () => json({ status: 'alive' }),
  };
}
