import { join } from 'node:path';
import { eventTypes, type EventMessage, type EventName } from '@shopverse/contracts/event-types';
import { Profile } from '@shopverse/contracts/shopverse/user/v1/user';
import type { EventHandler, ReceivedEvent } from '@shopverse/mesh/events/handler';
import { failure } from '@shopverse/mesh/failure';
import { openScene, type Scene, type TestHost } from '@shopverse/mesh/events/testing/scene';
import { Bells } from '@shopverse/mesh/events/bells';
import { newId } from '@shopverse/mesh/ids';
import { openMongo } from '@shopverse/mesh/store/mongodb';
import type { Db } from 'mongodb';
import { onOrderCancelled } from '../consumers/on-order-cancelled.ts';
import { onOrderConfirmed } from '../consumers/on-order-confirmed.ts';
import { onOrderDelivered } from '../consumers/on-order-delivered.ts';
import { onOrderPlaced } from '../consumers/on-order-placed.ts';
import { onOrderShipped } from '../consumers/on-order-shipped.ts';
import { onPasswordChanged } from '../consumers/on-password-changed.ts';
import { onPasswordResetRequested } from '../consumers/on-password-reset-requested.ts';
import { onPaymentFailed } from '../consumers/on-payment-failed.ts';
import { onPaymentRefunded } from '../consumers/on-payment-refunded.ts';
import { onPaymentSucceeded } from '../consumers/on-payment-succeeded.ts';
import { onProductCreated } from '../consumers/on-product-created.ts';
import { onProductsImported } from '../consumers/on-products-imported.ts';
import { onRoleChanged } from '../consumers/on-role-changed.ts';
import { onSessionRevoked } from '../consumers/on-session-revoked.ts';
import { onStockLow } from '../consumers/on-stock-low.ts';
import { onUserLoggedIn } from '../consumers/on-user-logged-in.ts';
import { onUserRegistered } from '../consumers/on-user-registered.ts';
import { sendMails, type SenderDeps } from '../jobs/send-mails.ts';
import { Mailer } from '../mail/mailer.ts';
import { loadTemplates } from '../mail/templates.ts';
import { AdminStore } from '../store/admin-store.ts';
import { DeviceStore } from '../store/device-store.ts';
import { indexes, type MailDocument, type NoticeDocument } from '../store/documents.ts';
import { MailQueue } from '../store/mail-queue.ts';
import { NoticeStore } from '../store/notice-store.ts';
import { PreferenceStore } from '../store/preference-store.ts';
import { RecipientStore } from '../store/recipient-store.ts';
import { SmtpCatcher } from './smtp-catcher.ts';

/** An event on its way to the consumers; the same object delivered again is the same event. */
export interface Delivery {
  readonly type: EventName;
  readonly payload: Uint8Array;
  readonly event: ReceivedEvent;
}

/** The notification service's parts in this process, on a real database and a real mail server. */
export class PostOffice {
  readonly smtp: SmtpCatcher;
  readonly database: Db;
  readonly notices: NoticeStore;
  readonly mails: MailQueue;
  readonly preferences: PreferenceStore;
  readonly bells = new Bells({ most: 100 });
  readonly sender: SenderDeps;
  /** What the user service knows. */
  readonly profiles = new Map<string, Profile>();
  /** How often the auth service was asked for the token of a reset. */
  readonly issued = new Map<string, number>();
  /** Resets that the auth service knows to be over. */
  readonly overResets = new Set<string>();
  /** Log entries, newest last. */
  readonly log: TestHost['logged'];
  readonly #scene: Scene;
  readonly #mailer: Mailer;
  readonly #handlers: ReadonlyMap<string, EventHandler>;

  private constructor(scene: Scene, host: TestHost, database: Db, smtp: SmtpCatcher, render: SenderDeps['render']) {
    this.#scene = scene;
    this.database = database;
    this.smtp = smtp;
    this.log = host.logged;
    this.notices = new NoticeStore(database);
    this.mails = new MailQueue(database);
    const recipients = new RecipientStore(database);
    this.preferences = new PreferenceStore(database);
    const telling = { notices: this.notices, mails: this.mails, preferences: this.preferences, bells: this.bells };
    const orders = [onOrderPlaced, onOrderConfirmed, onOrderShipped, onOrderDelivered, onOrderCancelled];
    const admins = new AdminStore(database);
    const handlers = [
      onUserRegistered({ recipients, ...telling }),
      onUserLoggedIn({ devices: new DeviceStore(database), ...telling }),
      onRoleChanged({ admins, ...telling }),
      ...[onPasswordResetRequested, onPasswordChanged, onSessionRevoked].map((make) => make(telling)),
      ...[...orders, onPaymentSucceeded, onPaymentFailed, onPaymentRefunded].map((make) => make(telling)),
      ...[onStockLow, onProductCreated, onProductsImported].map((make) => make({ admins, ...telling })),
    ];
    this.#handlers = new Map(handlers.map((handler) => [handler.type, handler]));
    this.#mailer = new Mailer({ url: smtp.url, from: 'ShopVerse <no-reply@shop.example>', connections: 2 });
    this.sender = {
      queue: this.mails,
      notices: this.notices,
      preferences: this.preferences,
      maxPerHour: 1_000,
      bounceMs: 86_400_000,
      recipients,
      users: { batchGetProfiles: async ({ userIds }) => ({ profiles: userIds.flatMap((id) => this.profiles.get(id) ?? []) }) },
      resets: {
        issuePasswordResetToken: async ({ resetId }) => {
          const count = (this.issued.get(resetId) ?? 0) + 1;
          this.issued.set(resetId, count);
          if (this.overResets.has(resetId)) throw failure('PASSWORD_RESET_NOT_FOUND', 'It is over.');
          return { token: `secret-${count}-of-${resetId}`, expiresAt: undefined };
        },
      },
      resetUrl: 'https://shop.example/reset-password',
      mailer: this.#mailer,
      render,
      log: host.log,
      concurrency: 2,
      timeoutMs: 2_000,
      retry: { maxTries: 3, initialMs: 60_000, maxMs: 60_000 },
    };
  }

  static async open(): Promise<PostOffice> {
    const scene = await openScene(['mongodb']);
    const host = scene.host('notification');
    const database = await openMongo(host, { url: scene.stack.addresses.mongodb('notification'), indexes });
    const render = await loadTemplates(join(import.meta.dirname, '..', 'templates'));
    return new PostOffice(scene, host, database, await SmtpCatcher.open(), render);
  }

  /** A new event. */
  event<Name extends EventName>(type: Name, message: Partial<EventMessage<Name>>): Delivery {
    const { codec, topic } = eventTypes[type] as unknown as {
      topic: string;
      codec: { fromPartial(m: object): object; encode(m: object): { finish(): Uint8Array } };
    };
    const origin = { id: newId(), source: '/shopverse/test', type, subject: 's', time: new Date(), topic, partition: 0, offset: '0' };
    return { type, payload: codec.encode(codec.fromPartial(message)).finish(), event: { ...origin, signal: new AbortController().signal } };
  }

  async deliver({ type, payload, event }: Delivery): Promise<void> {
    await this.#handlers.get(type)?.handle(payload, event);
  }

  /** One run of the sender; as a process that may have `changes` to how it works. */
  async send(changes: Partial<SenderDeps> = {}): Promise<void> {
    await sendMails({ ...this.sender, ...changes })(new AbortController().signal);
  }

  async mailsOf(userId: string): Promise<MailDocument[]> {
    return this.database.collection<MailDocument>('mails').find({ userId }).toArray();
  }

  async noticesOf(userId: string): Promise<NoticeDocument[]> {
    return this.notices.list({ userId, unreadOnly: false, before: undefined, limit: 100 });
  }

  /** Makes all mails due that wait for another try or for the end of a lease. */
  async passTime(): Promise<void> {
    await this.database.collection<MailDocument>('mails').updateMany({ state: 'QUEUED' }, { $set: { dueAt: new Date(0) } });
  }

  /** Somebody the user service knows. */
  person(): { readonly id: string; readonly email: string } {
    const id = newId();
    const email = `${id}@people.example`;
    this.profiles.set(id, Profile.fromPartial({ id, email, fullName: 'Asha Rao' }));
    return { id, email };
  }

  async close(): Promise<void> {
    this.#mailer.close();
    await this.smtp.close();
    await this.#scene.close();
  }
}
