import { join } from 'node:path';
import { EventAdminServiceDefinition } from '@shopverse/contracts/shopverse/notification/v1/event_admin_service';
import { NotificationServiceDefinition } from '@shopverse/contracts/shopverse/notification/v1/notification_service';
import { PasswordResetServiceDefinition } from '@shopverse/contracts/shopverse/auth/v1/password_reset_service';
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { Bells } from '@shopverse/mesh/events/bells';
import { consume } from '@shopverse/mesh/events/consume';
import { kafkaOf } from '@shopverse/mesh/events/host';
import { EventReader } from '@shopverse/mesh/events/operations/shown-event';
import { every } from '@shopverse/mesh/lifecycle/every';
import { runService } from '@shopverse/mesh/lifecycle/run-service';
import { openMongo } from '@shopverse/mesh/store/mongodb';
import { settings } from './config.ts';
import { onOrderCancelled } from './consumers/on-order-cancelled.ts';
import { onOrderConfirmed } from './consumers/on-order-confirmed.ts';
import { onOrderDelivered } from './consumers/on-order-delivered.ts';
import { onOrderPlaced } from './consumers/on-order-placed.ts';
import { onOrderShipped } from './consumers/on-order-shipped.ts';
import { onPasswordChanged } from './consumers/on-password-changed.ts';
import { onPasswordResetRequested } from './consumers/on-password-reset-requested.ts';
import { onPaymentFailed } from './consumers/on-payment-failed.ts';
import { onPaymentRefunded } from './consumers/on-payment-refunded.ts';
import { onPaymentSucceeded } from './consumers/on-payment-succeeded.ts';
import { onProductCreated } from './consumers/on-product-created.ts';
import { onProductsImported } from './consumers/on-products-imported.ts';
import { onRoleChanged } from './consumers/on-role-changed.ts';
import { onSessionRevoked } from './consumers/on-session-revoked.ts';
import { onStockLow } from './consumers/on-stock-low.ts';
import { onUserDeleted } from './consumers/on-user-deleted.ts';
import { onUserLoggedIn } from './consumers/on-user-logged-in.ts';
import { onUserRegistered } from './consumers/on-user-registered.ts';
import { sendMails } from './jobs/send-mails.ts';
import { Mailer } from './mail/mailer.ts';
import { loadTemplates } from './mail/templates.ts';
import { eventAdmin } from './rpc/event-admin.ts';
import { countUnread, listMyNotifications } from './rpc/list-my-notifications.ts';
import { listNotifications } from './rpc/list-notifications.ts';
import { markAllRead } from './rpc/mark-all-read.ts';
import { markRead } from './rpc/mark-read.ts';
import { getPreferences, updatePreferences } from './rpc/preferences.ts';
import { watchNotifications } from './rpc/watch-notifications.ts';
import { AdminStore } from './store/admin-store.ts';
import { DeviceStore } from './store/device-store.ts';
import { indexes } from './store/documents.ts';
import { removeStragglers } from './store/erase-person.ts';
import { MailQueue } from './store/mail-queue.ts';
import { NoticeStore } from './store/notice-store.ts';
import { PreferenceStore } from './store/preference-store.ts';
import { RecipientStore } from './store/recipient-store.ts';

await runService('notification', settings, async (service) => {
  const { config, log } = service;
  const render = await loadTemplates(join(import.meta.dirname, 'templates'));
  const database = await openMongo(service, { url: config.MONGODB_URL, indexes });
  const users = service.client(UserServiceDefinition, 'user');
  const resets = service.client(PasswordResetServiceDefinition, 'auth');
  const mailer = new Mailer({ url: config.SMTP_URL, from: config.MAIL_FROM, connections: config.MAIL_CONCURRENCY });
  service.addCheck('smtp', () => mailer.check(), { critical: false });
  service.onStop('stores', 'mailer', async () => mailer.close());

  const notices = new NoticeStore(database);
  const mails = new MailQueue(database);
  const recipients = new RecipientStore(database);
  const preferences = new PreferenceStore(database);
  const admins = new AdminStore(database);
  const devices = new DeviceStore(database);
  const bells = new Bells({ most: config.WATCH_MAX_STREAMS });
  const watching = { pollMs: config.WATCH_POLL_INTERVAL_MS, lifeMs: config.WATCH_MAX_LIFE_MS, stopping: service.signal };

  service.serve(NotificationServiceDefinition, {
    listMyNotifications: listMyNotifications({ notices }),
    countUnread: countUnread({ notices }),
    markRead: markRead({ notices, bells }),
    markAllRead: markAllRead({ notices, bells }),
    watchNotifications: watchNotifications({ notices, bells, ...watching }),
    getPreferences: getPreferences({ preferences }),
    updatePreferences: updatePreferences({ preferences }),
    listNotifications: listNotifications({ notices, mails }),
  });

  service.serve(EventAdminServiceDefinition, eventAdmin({ kafka: kafkaOf(service), reader: await EventReader.open() }));

  const telling = { notices, mails, preferences, bells };
  const orders = [onOrderPlaced, onOrderConfirmed, onOrderShipped, onOrderDelivered, onOrderCancelled];
  const payments = [onPaymentSucceeded, onPaymentFailed, onPaymentRefunded];
  await consume(service, {
    group: 'notification',
    handlers: [
      onUserRegistered({ recipients, ...telling }),
      onUserLoggedIn({ devices, ...telling }),
      onRoleChanged({ admins, ...telling }),
      ...[onPasswordResetRequested, onPasswordChanged, onSessionRevoked].map((make) => make(telling)),
      onUserDeleted({ database, users }),
      ...[...orders, ...payments].map((make) => make(telling)),
      ...[onStockLow, onProductCreated, onProductsImported].map((make) => make({ admins, ...telling })),
    ],
  });

  const retry = { maxTries: config.MAIL_MAX_TRIES, initialMs: config.MAIL_RETRY_INITIAL_MS, maxMs: config.MAIL_RETRY_MAX_MS };
  const limits = {
    concurrency: config.MAIL_CONCURRENCY,
    timeoutMs: config.MAIL_TIMEOUT_MS,
    maxPerHour: config.MAIL_MAX_PER_HOUR,
    bounceMs: config.MAIL_BOUNCE_MS,
  };
  const send = sendMails({
    queue: mails,
    recipients,
    notices,
    preferences,
    users,
    resets,
    resetUrl: config.MAIL_RESET_URL,
    mailer,
    render,
    log,
    retry,
    ...limits,
  });
  every(service, 'remove-stragglers', { intervalMs: config.STRAGGLERS_INTERVAL_MS }, () => removeStragglers(database, new Date()));
  every(service, 'send-mails', { intervalMs: config.MAIL_POLL_INTERVAL_MS }, send);
});
