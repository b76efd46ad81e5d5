import type { Config } from '@shopverse/mesh/config/read';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import { checkoutRoutes } from './api/checkout-page.ts';
import { controlRoutes } from './api/control.ts';
import { orderRoutes } from './api/orders.ts';
import { refundRoutes } from './api/refunds.ts';
import { Cashier } from './cashier.ts';
import { startClockwork } from './clockwork.ts';
import type { settings } from './config.ts';
import { withBasicAuth } from './http/basic-auth.ts';
import { Refusal } from './http/refusal.ts';
import type { Handler, Routes } from './http/routes.ts';
import { startHttp } from './http/server.ts';
import { RefundDesk } from './refund-desk.ts';
import { openDatabase } from './store/database.ts';
import { Deliveries } from './store/deliveries.ts';
import { KnobStore } from './store/knobs.ts';
import { Orders } from './store/orders.ts';
import { Payments } from './store/payments.ts';
import { Refunds } from './store/refunds.ts';
import { Courier } from './webhooks/courier.ts';

/** A running sandbox. */
export interface Sandbox {
  readonly port: number;
  /** Answers what is under way, then closes the file. */
  stop(): Promise<void>;
}

/** How long settled webhooks are kept to be looked at, in milliseconds; forgotten at the next start. */
const KEPT_MS = 7 * 24 * 3_600_000;

/**
 * Starts the sandbox: a payment provider with Razorpay's wire, in which no money moves.
 *
 * @throws ConfigError when the address can't be had
 */
export async function startSandbox(config: Config<typeof settings>, log: Logger): Promise<Sandbox> {
  const database = openDatabase(config.SANDBOX_DATA);
  const now = () => Date.now();
  const [orders, payments, refunds, deliveries, knobStore] = [
    new Orders(database),
    new Payments(database),
    new Refunds(database),
    new Deliveries(database),
    new KnobStore(database),
  ];
  deliveries.forget(now() - KEPT_MS);
  const desks = { database, orders, payments, deliveries, knobs: knobStore, now, random: Math.random };
  const cashier = new Cashier(desks);
  const desk = new RefundDesk({ ...desks, refunds });
  const courier = new Courier(deliveries, {
    url: config.SANDBOX_WEBHOOK_URL,
    secret: config.RAZORPAY_WEBHOOK_SECRET,
    timeoutMs: config.SANDBOX_WEBHOOK_TIMEOUT_MS,
    giveUpMs: config.SANDBOX_WEBHOOK_GIVE_UP_MS,
    now,
    log,
  });
  let wake = () => {};
  const signedIn = withBasicAuth({ keyId: config.RAZORPAY_KEY_ID, keySecret: config.RAZORPAY_KEY_SECRET });
  const unlessRefused =
    (handler: Handler): Handler =>
    (request) => {
      if (Math.random() < knobStore.get().refuse_requests) throw new Refusal(503, 'SERVER_ERROR', 'The server is busy. Try again later.');
      return handler(request);
    };
  const woken = { wake: () => wake() };
  const v1 = { ...orderRoutes({ orders, payments, refunds, now }), ...refundRoutes({ desk, orders, payments, refunds, ...woken }) };
  const api = mapRoutes(v1, (handler) => signedIn(unlessRefused(handler)));
  const routes = {
    ...api,
    ...controlRoutes({ cashier, deliveries, knobStore, ...woken }),
    ...checkoutRoutes({ orders, payments, refunds, cashier, ...woken }),
  };

  const server = await startHttp(config.SANDBOX_LISTEN, routes, log);
  const clockwork = startClockwork(() => {
    return earliest(
      cashier.settleDue(),
      desk.settleDue(),
      courier.dispatch(now(), () => wake()),
    );
  }, now);
  wake = clockwork.wake;
  return {
    port: server.port,
    stop: async () => {
      clockwork.stop();
      await server.close();
      await courier.settled();
      database.close();
    },
  };
}

function mapRoutes(routes: Routes, wrap: (handler: Handler) => Handler): Routes {
  return Object.fromEntries(Object.entries(routes).map(([route, handler]) => [route, wrap(handler)]));
}

function earliest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
