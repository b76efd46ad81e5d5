import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Address } from '@shopverse/contracts/shopverse/user/v1/user';
import { failure } from '@shopverse/mesh/failure';
import { newId } from '@shopverse/mesh/ids';
import { openUserScene, reasonOf, type UserScene } from './testing/user-scene.ts';

let scene: UserScene;
beforeAll(async () => {
  scene = await openUserScene();
}, 60_000);
afterAll(() => scene.close());
afterEach(() => {
  scene.lists.paymentsFail = undefined;
});

interface Document {
  readonly profile: Readonly<Record<string, unknown>>;
  readonly addresses: readonly Readonly<Record<string, unknown>>[];
  readonly sessions: readonly Readonly<Record<string, unknown>>[];
  readonly orders: readonly Readonly<Record<string, unknown>>[];
  readonly payments: readonly Readonly<Record<string, unknown>>[];
  readonly notifications: readonly Readonly<Record<string, unknown>>[];
  readonly missing: readonly unknown[];
}
const exportOf = async (userId: string): Promise<Document> => {
  const { contentType, data } = await scene.by(userId, (users) => users.exportMyData({}));
  expect(contentType).toBe('application/json');
  return JSON.parse(Buffer.from(data).toString()) as Document;
};
const home = { recipient: 'Asha', street: '12 MG Road', city: 'Bengaluru', state: 'Karnataka', postalCode: '560001', countryCode: 'IN' };

describe('the export of one’s own data', () => {
  it('has profile, addresses and what the other services list, in the words of REST', async () => {
    const asha = await scene.person();
    scene.lists.sizes.set(asha.id, 2);
    await scene.by(asha.id, (users) => users.createAddress({ address: Address.fromPartial({ label: 'Home', postalAddress: home }) }));
    const document = await exportOf(asha.id);
    expect(document.profile).toMatchObject({
      id: asha.id,
      fullName: 'आशा राव',
      email: 'asha@example.com',
      createdAt: asha.createdAt?.toISOString(),
    });
    expect(document.addresses).toEqual([expect.objectContaining({ label: 'Home', isDefault: true, postalAddress: home })]);
    expect(document.orders).toHaveLength(2);
    expect(document.orders[0]).toMatchObject({ state: 'ORDER_STATE_CONFIRMED', total: { currencyCode: 'INR', units: '499' }, lines: [] });
    expect(document.sessions[0]).toMatchObject({ device: 'Firefox on Linux' });
    expect([document.sessions.length, document.payments.length, document.notifications.length, document.missing]).toEqual([2, 2, 2, []]);
  });

  it('has nothing of anybody else', async () => {
    const [asha, ravi] = [await scene.person(), await scene.person({ email: 'ravi@example.com' })];
    for (const { id } of [asha, ravi]) {
      scene.lists.sizes.set(id, 3);
      await scene.by(id, (users) => users.createAddress({ address: Address.fromPartial({ label: id, postalAddress: home }) }));
    }
    const document = await exportOf(asha.id);
    expect(document.orders.map(({ customerId }) => customerId)).toEqual([asha.id, asha.id, asha.id]);
    expect(JSON.stringify(document)).not.toContain(ravi.id);
  });

  it('reads all pages, and says when there is more than it takes', async () => {
    const { id } = await scene.person();
    scene.lists.sizes.set(id, 1_000);
    const whole = await exportOf(id);
    expect(new Set(whole.orders.map((order) => order['id'])).size).toBe(1_000);
    expect(whole.missing).toEqual([]);
    scene.lists.sizes.set(id, 1_001);
    const cut = await exportOf(id);
    expect(cut.orders).toHaveLength(1_000);
    expect(cut.missing).toEqual(['sessions', 'orders', 'payments', 'notifications'].map((part) => ({ part, why: 'TOO_MANY' })));
  });

  it.each(['DEPENDENCY_UNAVAILABLE', 'DEADLINE_EXCEEDED', 'OVERLOADED'] as const)(
    'goes without a part whose service answers %s, and says so',
    async (reason) => {
      const { id } = await scene.person();
      scene.lists.sizes.set(id, 1);
      scene.lists.paymentsFail = failure(reason, 'The payment service is away.');
      const document = await exportOf(id);
      expect([document.orders.length, document.payments, document.missing]).toEqual([1, [], [{ part: 'payments', why: 'AWAY' }]]);
    },
  );

  it('ends when a service breaks or does not let us in: that is a bug and not being away', async () => {
    const { id } = await scene.person();
    scene.lists.paymentsFail = failure('INTERNAL', 'The call to payment failed.');
    expect(await reasonOf(exportOf(id))).toBe('INTERNAL');
  });

  it('gives all pages of a part three seconds, and no more', async () => {
    const { id } = await scene.person();
    scene.lists.sizes.set(id, 500);
    scene.lists.timeouts.length = 0;
    await exportOf(id);
    expect(scene.lists.timeouts).toHaveLength(5);
    expect(scene.lists.timeouts.every((ms, n, all) => ms <= 3_000 && ms <= (all[n - 1] ?? 3_000))).toBe(true);
  });

  it('of nobody is USER_NOT_FOUND, also for an id that is SQL', async () => {
    for (const id of [newId(), "x'; drop table profiles --"]) expect(await reasonOf(exportOf(id))).toBe('USER_NOT_FOUND');
  });
});
