import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startInfrastructure, type Stack } from '@shopverse/local/stack';
import { eventTypes, type EventMessage, type EventName } from '@shopverse/contracts/event-types';
import { toMessage } from '@shopverse/mesh/events/cloud-event';
import { Kafka, type OutgoingMessage } from '@shopverse/mesh/events/kafka';
import { DeadLetterBook } from '@shopverse/mesh/events/operations/dead-letter-book';
import { lagOf } from '@shopverse/mesh/events/operations/lag';
import { eventually, TestHost } from '@shopverse/mesh/events/testing/scene';
import { newId } from '@shopverse/mesh/ids';
import { openMongo } from '@shopverse/mesh/store/mongodb';
import type { Db } from 'mongodb';
import type { MailDocument, NoticeDocument } from './store/documents.ts';
import { SmtpCatcher } from './testing/smtp-catcher.ts';

const GROUP = 'notification';
const rupees = { currencyCode: 'INR', units: 1_299n, nanos: 0 };

let home: string;
let stack: Stack;
let smtp: SmtpCatcher;
let probe: TestHost;
let kafka: Kafka;
let database: Db;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'shopverse-test-'));
  smtp = await SmtpCatcher.open();
  stack = await startInfrastructure(['notification'], { home, environment: { SHOPVERSE_SMTP_URL: smtp.url } });
  probe = new TestHost('probe', stack.addresses.kafkaBrokers);
  kafka = new Kafka({ brokers: probe.config.KAFKA_BROKERS, clientId: 'probe', log: probe.log });
  database = await openMongo(probe, { url: stack.addresses.mongodb('notification') });
  await eventually('the topics are there', async () => (await kafka.topics()).includes('shopverse.payment.v1'), 60_000);
}, 180_000);
afterAll(async () => {
  await probe.stop();
  await stack.stop();
  await smtp.close();
  await rm(home, { recursive: true, force: true });
}, 60_000);

/** A new event as the relay would send it. */
function message<Name extends EventName>(name: Name, event: Partial<EventMessage<Name>>, key: string, time = new Date()): OutgoingMessage {
  const { topic, codec } = eventTypes[name] as unknown as {
    topic: string;
    codec: { fromPartial(m: object): object; encode(m: object): { finish(): Uint8Array } };
  };
  const payload = Buffer.from(codec.encode(codec.fromPartial(event)).finish());
  return toMessage({ id: newId(), type: name, source: '/shopverse/test', subject: key, time }, { topic, payload, traceparent: undefined });
}

/** The events of one order's whole story, in order. */
function storyOf(customerId: string): OutgoingMessage[] {
  const orderId = newId();
  const order = { orderId, customerId, total: rupees, lines: [] };
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 10, 12, minute));
  return [
    message('shopverse.order.v1.OrderPlaced', order, orderId, at(0)),
    message(
      'shopverse.payment.v1.PaymentSucceeded',
      { paymentId: newId(), orderId, customerId, amount: rupees, method: 'upi' },
      orderId,
      at(1),
    ),
    message('shopverse.order.v1.OrderConfirmed', order, orderId, at(2)),
    message('shopverse.order.v1.OrderShipped', { ...order, carrier: 'India Post', trackingNumber: 'EE1' }, orderId, at(3)),
    message('shopverse.order.v1.OrderDelivered', order, orderId, at(4)),
  ];
}

const STORY = ['ORDER_DELIVERED', 'ORDER_SHIPPED', 'ORDER_CONFIRMED', 'PAYMENT_SUCCEEDED', 'ORDER_PLACED'];

async function send(messages: readonly OutgoingMessage[]): Promise<void> {
  const producer = await kafka.openProducer();
  try {
    await producer.send(messages);
  } finally {
    await producer.close();
  }
}

const registered = (userId: string) =>
  message(
    'shopverse.auth.v1.UserRegistered',
    { userId, email: `${userId}@people.example`, fullName: 'Asha' },
    userId,
    new Date(Date.UTC(2026, 0, 10)),
  );

async function kindsOf(userId: string): Promise<string[]> {
  const notices = await database.collection<NoticeDocument>('notices').find({ userId }).sort({ _id: -1 }).toArray();
  return notices.map(({ kind }) => kind);
}

/** Nothing is left to be handled, and all mails are out. */
const idle = (mails: number) =>
  eventually(
    'all is done',
    async () => {
      const behind = await lagOf(kafka, [GROUP]);
      if (behind.length === 0 || behind.some(({ lag }) => lag > 0n)) return false;
      return (await database.collection<MailDocument>('mails').countDocuments({ state: 'SENT' })) >= mails;
    },
    60_000,
  );

const processId = async () => (await stack.supervisor.report()).find(({ name }) => name === GROUP)?.pid ?? undefined;

describe('the notification service, on a bad day,', () => {
  it('tells each thing once, in the order in which it happened, though one event comes a hundred times, others backwards and one is poison', async () => {
    const userId = newId();
    const story = storyOf(userId);
    const [placed] = story;
    if (placed === undefined) throw new Error('There is no story.');
    const poison = { ...placed, value: Buffer.from([255]), headers: { ...placed.headers, ce_id: newId() } };
    await send([
      registered(userId),
      ...story.slice(3).toReversed(),
      poison,
      ...story.slice(0, 3).toReversed(),
      ...Array.from({ length: 100 }, () => placed),
    ]);
    await idle(6);
    expect(await kindsOf(userId)).toEqual([...STORY, 'REGISTERED']);
    expect(smtp.mails).toHaveLength(6);
    const letters = await new DeadLetterBook(kafka).list(GROUP, { limit: 10 });
    expect(letters).toMatchObject([{ eventId: poison.headers.ce_id, reason: 'permanent', type: 'shopverse.order.v1.OrderPlaced' }]);
  }, 90_000);

  it('loses nothing and tells nothing twice while it is killed again and again', async () => {
    smtp.mails.length = 0;
    const users = Array.from({ length: 20 }, () => newId());
    const before = await database.collection<MailDocument>('mails').countDocuments({ state: 'SENT' });
    await send(users.map(registered));
    for (let kills = 0; kills < 3; kills += 1) {
      const running = await eventually('it runs', async () => processId(), 30_000);
      const told = await database.collection('notices').countDocuments();
      await send(users.slice(kills * 7, kills * 7 + 7).flatMap((userId) => storyOf(userId)));
      // In the middle of it, wherever that is: after a few of the effects, whose number is by chance.
      const some = 1 + Math.floor(Math.random() * 15);
      await eventually('it is in the middle', async () => (await database.collection('notices').countDocuments()) >= told + some, 60_000);
      process.kill(running, 'SIGKILL');
      await eventually('another one runs', async () => ![undefined, running].includes(await processId()), 30_000);
    }
    // The leases of the dead end now and not in a minute.
    await database.collection('mails').updateMany({ state: 'QUEUED' }, { $set: { dueAt: new Date() } });
    await idle(before + users.length * 6);
    for (const userId of users) expect(await kindsOf(userId)).toEqual([...STORY, 'REGISTERED']);
    // A mail may come twice when its sender died in the instant after the server took it: then with the same Message-ID.
    expect(new Set(smtp.mails.map(({ messageId }) => messageId)).size).toBe(users.length * 6);
    expect(smtp.mails.length).toBeLessThanOrEqual(users.length * 6 + 4 * 4);
  }, 150_000);
});
