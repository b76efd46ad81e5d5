import { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { ProductServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { consume } from '@shopverse/mesh/events/consume';
import { startRelay } from '@shopverse/mesh/events/relay';
import { every } from '@shopverse/mesh/lifecycle/every';
import { runService } from '@shopverse/mesh/lifecycle/run-service';
import { openPostgres } from '@shopverse/mesh/store/postgres';
import { settings } from './config.ts';
import { onPaymentFailed } from './consumers/on-payment-failed.ts';
import { onPaymentSucceeded } from './consumers/on-payment-succeeded.ts';
import { cancelUnpaidOrders } from './jobs/cancel-unpaid-orders.ts';
import { cancelOrder } from './rpc/cancel-order.ts';
import { createOrder } from './rpc/create-order.ts';
import { batchGetOrderStates, getOrder, getOrderForPayment } from './rpc/get-order.ts';
import { listMyOrders } from './rpc/list-orders.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations/migrations.ts';

await runService('order', settings, async (service) => {
  const { config, log } = service;
  const clock = () => new Date();
  const database = await openPostgres(service, { url: config.DATABASE_URL, entities, migrations });
  const products = service.client(ProductServiceDefinition, 'product');

  service.serve(OrderServiceDefinition, {
    createOrder: createOrder({ database, products, clock }),
    getOrder: getOrder({ database }),
    listMyOrders: listMyOrders({ database }),
    cancelOrder: cancelOrder({ database, clock }),
    getOrderForPayment: getOrderForPayment({ database }),
    batchGetOrderStates: batchGetOrderStates({ database }),
  });

  startRelay(service, database);
  await consume(service, { group: 'order', handlers: [onPaymentSucceeded, onPaymentFailed].map((make) => make({ database, log, clock })) });
  every(
    service,
    'cancel-unpaid-orders',
    { intervalMs: config.UNPAID_SWEEP_INTERVAL_MS },
    cancelUnpaidOrders({ database, log, clock, ttlMs: config.UNPAID_ORDER_TTL_MS }),
  );
});
