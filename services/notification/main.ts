import { join } from 'node:path';
import { EventAdminServiceDefinition } from '@shopverse/contracts/shopverse/notification/v1/event_admin_service';
import { NotificationServiceDefinition } from '@shopverse/contracts/shopverse/notification/v1/notification_service';
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
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
import { onOrderRefunded } from './consumers/on-order-refunded.ts';
import { onOrderShipped } from './consumers/on-order-shipped.ts';
import { onPaymentFailed } from './consumers/on-payment-failed.ts';
import { onPaymentRefunded } from './consumers/on-payment-refunded.ts';
import { onPaymentSucceeded } from './consumers/on-payment-succeeded.ts';
import { onUserRegistered } from './consumers/on-user-registered.ts';
import { sendMails } from './jobs/send-mails.ts';
import { Mailer } from './mail/mailer.ts';
import { loadTemplates } from './mail/templates.ts';
import { eventAdmin } from './rpc/event-admin.ts';
import { countUnread, listMyNotifications } from './rpc/list-my-notifications.ts';
import { markRead } from './rpc/mark-read.ts';
import { indexes } from './store/documents.ts';
import { MailQueue } from './store/mail-queue.ts';
import { NoticeStore } from './store/notice-store.ts';
import { RecipientStore } from './store/recipient-store.ts';

await runService('notification', settings, async (service) => {
  const { config, log } = service;
  const render = await loadTemplates(join(import.meta.dirname, 'templates'));
  const database = await openMongo(service, { url: config.MONGODB_URL, indexes });
  const users = service.client(UserServiceDefinition, 'user');
  const mailer = new Mailer({ url: config.SMTP_URL, from: config.MAIL_FROM, connections: config.MAIL_CONCURRENCY });
  service.addCheck('smtp', () => mailer.check(), { critical: false });
  service.onStop('stores', 'mailer', async () => mailer.close());

  const notices = new NoticeStore(database);
  const mails = new MailQueue(database);
  const recipients = new RecipientStore(database);

  service.serve(NotificationServiceDefinition, {
    listMyNotifications: listMyNotifications({ notices }),
    countUnread: countUnread({ notices }),
    markRead: markRead({ notices }),
  });

  service.serve(EventAdminServiceDefinition, eventAdmin({ kafka: kafkaOf(service), reader: await EventReader.open() }));

  const orders = [onOrderPlaced, onOrderConfirmed, onOrderShipped, onOrderDelivered, onOrderCancelled, onOrderRefunded];
  const tellers = [...orders, onPaymentSucceeded, onPaymentFailed, onPaymentRefunded];
  await consume(service, {
    group: 'notification',
    handlers: [onUserRegistered({ recipients, notices, mails }), ...tellers.map((make) => make({ notices, mails }))],
  });

  const retry = { maxTries: config.MAIL_MAX_TRIES, initialMs: config.MAIL_RETRY_INITIAL_MS, maxMs: config.MAIL_RETRY_MAX_MS };
  const { MAIL_CONCURRENCY: concurrency, MAIL_TIMEOUT_MS: timeoutMs } = config;
  const send = sendMails({ queue: mails, recipients, users, mailer, render, log, concurrency, timeoutMs, retry });
  every(service, 'send-mails', { intervalMs: config.MAIL_POLL_INTERVAL_MS }, send);
});
