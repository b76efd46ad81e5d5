import { AuthServiceDefinition } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { NotificationServiceDefinition } from '@shopverse/contracts/shopverse/notification/v1/notification_service';
import { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { PaymentServiceDefinition } from '@shopverse/contracts/shopverse/payment/v1/payment_service';
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { startRelay } from '@shopverse/mesh/events/relay';
import { runService } from '@shopverse/mesh/lifecycle/run-service';
import { openMessageJson } from '@shopverse/mesh/rpc/message-json';
import { openPostgres } from '@shopverse/mesh/store/postgres';
import { settings } from './config.ts';
import { userHandlers } from './rpc/user-handlers.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations/migrations.ts';

await runService('user', settings, async (service) => {
  const database = await openPostgres(service, { url: service.config.DATABASE_URL, entities, migrations });
  const auth = service.client(AuthServiceDefinition, 'auth');
  const orders = service.client(OrderServiceDefinition, 'order');
  const payments = service.client(PaymentServiceDefinition, 'payment');
  const notifications = service.client(NotificationServiceDefinition, 'notification');
  const messageJson = await openMessageJson();
  service.serve(
    UserServiceDefinition,
    userHandlers({ database, auth, orders, payments, notifications, messageJson, clock: () => new Date() }),
  );
  startRelay(service, database);
});
