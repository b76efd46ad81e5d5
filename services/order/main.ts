import { CartServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/cart_service';
import { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { ProductServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { Bells } from '@shopverse/mesh/events/bells';
import { consume } from '@shopverse/mesh/events/consume';
import { startRelay } from '@shopverse/mesh/events/relay';
import { every } from '@shopverse/mesh/lifecycle/every';
import { runService } from '@shopverse/mesh/lifecycle/run-service';
import { openPostgres } from '@shopverse/mesh/store/postgres';
import { settings } from './config.ts';
import { GROUP } from './consumers/deps.ts';
import { onPaymentCreated } from './consumers/on-payment-created.ts';
import { onPaymentFailed } from './consumers/on-payment-failed.ts';
import { onPaymentRefunded } from './consumers/on-payment-refunded.ts';
import { onPaymentSucceeded } from './consumers/on-payment-succeeded.ts';
import { onUserDeleted } from './consumers/on-user-deleted.ts';
import { cancelUnpaidOrders } from './jobs/cancel-unpaid-orders.ts';
import { cartHandlers } from './rpc/cart-handlers.ts';
import { orderHandlers } from './rpc/order-handlers.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations/migrations.ts';
import { startOrderNews } from './watch/order-news.ts';

await runService('order', settings, async (service) => {
  const { config, log } = service;
  const clock = () => new Date();
  const database = await openPostgres(service, { url: config.DATABASE_URL, entities, migrations });
  const products = service.client(ProductServiceDefinition, 'product');
  const users = service.client(UserServiceDefinition, 'user');
  const bells = new Bells({ most: config.WATCH_MAX_STREAMS });
  startOrderNews(service, database, bells);

  const watch = { bells, pollMs: config.WATCH_POLL_INTERVAL_MS, lifeMs: config.WATCH_MAX_LIFE_MS, stopping: service.signal };
  service.serve(OrderServiceDefinition, orderHandlers({ database, products, clock, ...watch }));
  service.serve(CartServiceDefinition, cartHandlers({ database, products, clock }));

  startRelay(service, database);
  const consumers = [onPaymentCreated, onPaymentSucceeded, onPaymentFailed, onPaymentRefunded];
  await consume(service, {
    group: GROUP,
    handlers: [...consumers.map((make) => make({ database, log, clock })), onUserDeleted({ database, users })],
  });
  every(
    service,
    'cancel-unpaid-orders',
    { intervalMs: config.UNPAID_SWEEP_INTERVAL_MS },
    cancelUnpaidOrders({ database, log, clock, ttlMs: config.UNPAID_ORDER_TTL_MS }),
  );
});
