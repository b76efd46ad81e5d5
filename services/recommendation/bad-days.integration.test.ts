import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startInfrastructure, type Stack } from '@shopverse/local/stack';
import { readConfig } from '@shopverse/mesh/config/read';
import { toMessage } from '@shopverse/mesh/events/cloud-event';
import { Kafka, type MessageProducer } from '@shopverse/mesh/events/kafka';
import { lagOf } from '@shopverse/mesh/events/operations/lag';
import { eventually, TestHost } from '@shopverse/mesh/events/testing/scene';
import { openMongo } from '@shopverse/mesh/store/mongodb';
import type { Db } from 'mongodb';
import { settings } from './config.ts';
import { assemble } from './parts.ts';
import { newDelivery, orderOf, type Delivery } from './testing/deliveries.ts';
import { stateOf } from './testing/state.ts';

const GROUP = 'recommendation';
const PRODUCTS = ['kettle', 'cup', 'pot', 'drill', 'screw', 'saw'];
const SHOPPERS = ['asha', 'ravi', 'mira', 'dev', 'lila'];
const START = Date.UTC(2026, 0, 10);

let home: string;
let stack: Stack;
let probe: TestHost;
let kafka: Kafka;
let producer: MessageProducer;
let disturbed: Db;
let undisturbed: Db;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'shopverse-test-'));
  stack = await startInfrastructure([GROUP], { home });
  probe = new TestHost('probe', stack.addresses.kafkaBrokers);
  kafka = new Kafka({ brokers: probe.config.KAFKA_BROKERS, clientId: 'probe', log: probe.log });
  disturbed = await openMongo(probe, { url: stack.addresses.mongodb(GROUP) });
  undisturbed = await openMongo(probe, { url: stack.addresses.mongodb('undisturbed') });
  await eventually('the topics are there', async () => (await kafka.topics()).includes('shopverse.order.v1'), 60_000);
  producer = await kafka.openProducer();
}, 180_000);
afterAll(async () => {
  await producer.close();
  await probe.stop();
  await stack.stop();
  await rm(home, { recursive: true, force: true });
}, 60_000);

const CATALOGUE = PRODUCTS.flatMap((productId, index) => [
  newDelivery('shopverse.product.v1.ProductCreated', {
    productId,
    product: { id: productId, name: productId, categoryId: 'home', active: true, createdAt: new Date(START) },
  }),
  newDelivery('shopverse.product.v1.StockChanged', { productId, available: 3n, version: BigInt(index + 2) }),
]);

let made = 0;
/** Something that a shopper does: one in three is an order of two things, the rest are views and carts. */
function deed(): Delivery {
  made += 1;
  const [userId = '', productId = '', other = ''] = [
    SHOPPERS[made % SHOPPERS.length],
    PRODUCTS[made % PRODUCTS.length],
    PRODUCTS[(made * 5 + 1) % PRODUCTS.length],
  ];
  const at = new Date(START + made * 3_600_000);
  if (made % 3 === 0) return newDelivery('shopverse.order.v1.OrderConfirmed', orderOf(userId, [productId, other], at));
  if (made % 3 === 1) return newDelivery('shopverse.product.v1.ProductViewed', { userId, productId, viewedAt: at });
  return newDelivery('shopverse.order.v1.CartItemAdded', { userId, productId, quantity: 1, addedAt: at });
}

const send = (deliveries: readonly Delivery[]) =>
  producer.send(
    deliveries.map(
      ({ type, payload, event, key }) =>
      toMessage({ id: event.id, type, source: event.source, subject: key, time: event.time }, { topic: event.topic, payload: Buffer.from(payload), traceparent: undefined }), // prettier-ignore
    ),
  );

const idle = () =>
  eventually(
    'every event is handled',
    async () => {
      const behind = await lagOf(kafka, [GROUP]);
      return behind.length > 0 && behind.every(({ lag }) => lag === 0n);
    },
    60_000,
  );
const processOf = async (part: string) => (await stack.supervisor.report()).find(({ name }) => name === part)?.pid ?? undefined;
const handled = () => disturbed.collection('inbox').countDocuments();

/** What an undisturbed service learns from each of these once, in order. */
async function learned(deliveries: readonly Delivery[]): Promise<unknown> {
  for (const name of ['products', 'shoppers', 'inbox']) await undisturbed.collection(name).deleteMany({});
  const { learners } = assemble(undisturbed, readConfig(settings, { MONGODB_URL: 'mongodb://none/none' }), { nameOf: () => '' });
  for (const { type, payload, event } of deliveries) await learners.find((learner) => learner.type === type)?.handle(payload, event);
  return stateOf(undisturbed);
}

describe('the recommendation service, on a bad day,', () => {
  const sent: Delivery[] = [];

  it('counts an event once that comes a hundred times, and any in whatever order they come', async () => {
    const deeds = Array.from({ length: 12 }, deed);
    const [first] = deeds;
    if (first === undefined) throw new Error('There is no deed.');
    await send([...deeds.toReversed(), ...Array.from({ length: 100 }, () => first), ...CATALOGUE.toReversed(), ...deeds]);
    sent.push(...CATALOGUE, ...deeds);
    await idle();
    expect(await stateOf(disturbed)).toEqual(await learned(sent));
  }, 90_000);

  it('has the scores of an undisturbed run after it was killed under load, and MongoDB was away', async () => {
    for (const trouble of ['kill', 'kill', 'away', 'kill'] as const) {
      const running = await eventually('it runs', () => processOf(GROUP), 30_000);
      const before = await handled();
      const deeds = Array.from({ length: 30 }, deed);
      sent.push(...deeds);
      await send(deeds);
      // In the middle of it, wherever that is.
      const some = 1 + Math.floor(Math.random() * 20);
      await eventually('it is in the middle', async () => (await handled()) >= before + some, 60_000);
      if (trouble === 'kill') {
        process.kill(running, 'SIGKILL');
        await eventually('another one runs', async () => ![undefined, running].includes(await processOf(GROUP)), 30_000);
      } else {
        const server = await processOf('mongodb');
        stack.supervisor.kill('mongodb', 'SIGTERM');
        await eventually('another server runs', async () => ![undefined, server].includes(await processOf('mongodb')), 30_000);
        await eventually('it answers', async () => handled().then(() => true, () => false), 30_000); // prettier-ignore
      }
    }
    await idle();
    expect(await handled()).toBe(12 + 4 * 30);
    expect(await stateOf(disturbed)).toEqual(await learned(sent));
  }, 180_000);
});
