import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/local/demo/eventually';
import type { PartReport } from '@shopverse/local/supervisor/supervisor';
import { edge, newCustomer, pay, placeOrder, someProduct, type SignedIn } from '../customer.ts';
import { shopverse, shopverseJson } from '../shop.ts';

const MINUTE = 60_000;
const stopped = new Set<string>();

async function stop(part: string): Promise<void> {
  const { code, output } = await shopverse(['stop', part]);
  expect([code, output]).toEqual([0, `${part} is stopped.\n`]);
  stopped.add(part);
}
async function start(part: string): Promise<void> {
  const { code, output } = await shopverse(['start', part]);
  expect([code, output]).toEqual([0, `${part} is ready.\n`]);
  stopped.delete(part);
}
afterEach(async () => {
  for (const part of stopped) await start(part);
});

async function stateOf({ token }: SignedIn, order: string): Promise<string> {
  const { json } = await edge(`/v1/orders/${order}`, { token });
  return (json as { state: string }).state;
}
const confirmed = (customer: SignedIn, order: string) =>
  eventually('the confirmation', async () => ((await stateOf(customer, order)) === 'ORDER_STATE_CONFIRMED' ? true : undefined), {
    timeoutMs: MINUTE,
  });
const notified = (customer: SignedIn, order: string) =>
  eventually(
    'the notification',
    async () => {
      const { json } = await edge('/v1/users/me/notifications?pageSize=100', { token: customer.token });
      const { notifications = [] } = (json ?? {}) as { notifications?: { kind: string; subjectId: string }[] };
      const mine = notifications.filter(({ kind, subjectId }) => kind === 'NOTIFICATION_KIND_ORDER_CONFIRMED' && subjectId === order);
      return mine.length === 0 ? undefined : mine;
    },
    { timeoutMs: MINUTE, intervalMs: 250 },
  );

describe('a bad day', () => {
  it(
    'of Kafka: orders are taken, and what happened is told when it is back',
    async () => {
      const customer = await newCustomer();
      const product = await someProduct(10);
      await stop('kafka');
      const { status, json } = await placeOrder(customer, product.id, 1);
      expect(status).toBe(200);
      const { id } = json as { id: string };
      await pay(customer, id);
      expect(await stateOf(customer, id)).toBe('ORDER_STATE_PENDING_PAYMENT');
      await start('kafka');
      await confirmed(customer, id);
      await expect(notified(customer, id)).resolves.toHaveLength(1);
    },
    3 * MINUTE,
  );

  it(
    "of a consumer's store: nothing is lost, and nothing comes twice",
    async () => {
      const customer = await newCustomer();
      const product = await someProduct(10);
      await stop('mongodb');
      const { json } = await placeOrder(customer, product.id, 1);
      const { id } = json as { id: string };
      await pay(customer, id);
      await confirmed(customer, id);
      await start('mongodb');
      await expect(notified(customer, id)).resolves.toHaveLength(1);
    },
    3 * MINUTE,
  );

  it(
    'of a service that is killed: it is back, and goes on where it was',
    async () => {
      const customer = await newCustomer();
      const product = await someProduct(10);
      const { json } = await placeOrder(customer, product.id, 1);
      const { id } = json as { id: string };
      const before = (await shopverseJson<{ parts: PartReport[] }>(['status'])).parts.find(({ name }) => name === 'order');
      process.kill(before?.pid ?? 0, 'SIGKILL');
      await pay(customer, id).catch(() => eventually('payment', () => pay(customer, id).then(() => true, () => undefined), { timeoutMs: MINUTE })); // prettier-ignore
      await confirmed(customer, id);
      const after = (await shopverseJson<{ parts: PartReport[] }>(['status'])).parts.find(({ name }) => name === 'order');
      expect(after).toMatchObject({ state: 'ready', restarts: (before?.restarts ?? 0) + 1 });
      expect(after?.pid).not.toBe(before?.pid);
    },
    3 * MINUTE,
  );
});

describe('stopping and starting again', () => {
  it(
    'leaves no process and loses nothing',
    async () => {
      const customer = await newCustomer();
      const product = await someProduct(10);
      const { json } = await placeOrder(customer, product.id, 1);
      const { id } = json as { id: string };
      const { parts } = await shopverseJson<{ parts: PartReport[] }>(['status']);
      expect((await shopverse(['down'])).code).toBe(0);
      // A part that is still being fetched has no process yet.
      for (const { pid } of parts) if (pid !== null) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
      const { code, output } = await shopverse(['up', '--detach'], { timeoutMs: 3 * MINUTE });
      expect([code, output]).toEqual([0, expect.stringContaining('ShopVerse is up.')]);
      expect(await stateOf(customer, id)).toBe('ORDER_STATE_PENDING_PAYMENT');
      await pay(customer, id);
      await confirmed(customer, id);
    },
    5 * MINUTE,
  );
});
