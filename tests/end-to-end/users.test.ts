import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/local/demo/eventually';
import { ADDRESS, admin, edge, newCustomer, pay, placeOrder, someProduct, type EdgeAnswer, type SignedIn } from '../customer.ts';

const MINUTE = 60_000;
const reasonOf = ({ json }: EdgeAnswer) => (json as { details?: { reason?: string }[] }).details?.[0]?.reason;
const send = (who: SignedIn, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  edge(path, { method, token: who.token, headers, ...(body === undefined ? {} : { body }) });

let boss: SignedIn;
beforeAll(async () => {
  boss = await admin();
}, MINUTE);

describe('a profile', () => {
  it('is changed by a mask or by what is given, and by one of two who saw the same', async () => {
    const me = await newCustomer();
    const { json } = await send(me, 'GET', '/v1/users/me');
    const { etag } = json as { etag: string };
    const changed = await send(me, 'PATCH', '/v1/users/me?updateMask=fullName,phone', { fullName: 'Asha Rao', phone: '+919876543210' }, { 'if-match': etag });
    expect([changed.status, changed.json]).toEqual([200, expect.objectContaining({ fullName: 'Asha Rao', phone: '+919876543210' })]);
    const stale = await send(me, 'PATCH', '/v1/users/me', { fullName: 'Asha Iyer' }, { 'if-match': etag });
    expect([stale.status, reasonOf(stale)]).toEqual([409, 'CONCURRENT_CHANGE']);
    const wrong = await send(me, 'PATCH', '/v1/users/me', { phone: '+910000000000' });
    expect([wrong.status, reasonOf(wrong), wrong.text]).toEqual([400, 'INVALID_REQUEST', expect.stringContaining('profile.phone')]);
    expect((await send(me, 'PATCH', '/v1/users/me?updateMask=email', { fullName: 'x' })).status).toBe(400);
    // The next token says the new name.
    const claims = await eventually('the name in a token', async () => {
      const { name } = JSON.parse(Buffer.from((await me.logInAgain()).split('.')[1] ?? '', 'base64url').toString()) as { name: string };
      return name === 'Asha Rao' ? name : undefined;
    }, { timeoutMs: MINUTE, intervalMs: 500 }); // prettier-ignore
    expect(claims).toBe('Asha Rao');
  }, 2 * MINUTE); // prettier-ignore
});

describe('addresses', () => {
  it('are kept, checked by their country, and one of them is the default', async () => {
    const [me, other] = [await newCustomer(), await newCustomer()];
    const path = '/v1/users/me/addresses';
    const wrong = await send(me, 'POST', path, { postalAddress: { ...ADDRESS, postalCode: '70001' } });
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('address.postal_address.postal_code')]);
    const add = async (label: string) =>
      (await send(me, 'POST', path, { label, postalAddress: ADDRESS })).json as { id: string; isDefault: boolean };
    const [home, work] = [await add('Home'), await add('Work')];
    expect([home.isDefault, work.isDefault]).toEqual([true, false]);
    expect((await send(me, 'POST', `${path}/${work.id}:setDefault`, {})).json).toMatchObject({ id: work.id, isDefault: true });
    expect((await send(me, 'PATCH', `${path}/${home.id}`, { label: 'Parents' })).json).toMatchObject({
      label: 'Parents',
      isDefault: false,
    });
    const { addresses } = (await send(me, 'GET', path)).json as { addresses: { label: string }[] };
    expect(addresses.map(({ label }) => label)).toEqual(['Work', 'Parents']);
    for (const method of ['GET', 'DELETE']) {
      const answer = await send(other, method, `${path}/${home.id}`);
      expect([answer.status, reasonOf(answer)]).toEqual([404, 'ADDRESS_NOT_FOUND']);
    }
    expect((await send(me, 'DELETE', `${path}/${work.id}`)).status).toBe(200);
    expect((await send(me, 'GET', `${path}/${home.id}`)).json).toMatchObject({ isDefault: true });
  });
});

describe('users', () => {
  it('who are admins are not deleted before the role is taken away, which the last one keeps', async () => {
    const refused = await send(boss, 'DELETE', '/v1/users/me');
    expect([refused.status, reasonOf(refused)]).toEqual([400, 'ADMIN_ROLE_HELD']);
  });

  it('are found and read by admins alone', async () => {
    const me = await newCustomer();
    const { users } = (await send(boss, 'GET', `/v1/users?query=${me.email.slice(0, 13).toUpperCase()}`)).json as {
      users: { id: string }[];
    };
    expect(users.map(({ id }) => id)).toEqual([me.userId]);
    expect((await send(boss, 'GET', `/v1/users/${me.userId}`)).json).toMatchObject({ id: me.userId, email: me.email });
    for (const path of ['/v1/users', `/v1/users/${me.userId}`, `/v1/users/${me.userId}/erasure`]) {
      expect([path, (await send(me, 'GET', path)).status, (await edge(path)).status]).toEqual([path, 403, 401]);
    }
  });
});

describe('an account that is deleted', () => {
  it('waits for its orders, and then is erased by every service within a minute, which an admin can see', async () => {
    const me = await newCustomer();
    await send(me, 'POST', '/v1/users/me/addresses', { postalAddress: ADDRESS });
    const product = await someProduct(10);
    const order = (await placeOrder(me, product.id, 1)).json as { id: string };
    const early = await send(me, 'DELETE', '/v1/users/me');
    expect([early.status, reasonOf(early)]).toEqual([400, 'OPEN_ORDERS']);
    await pay(me, order.id);
    const shipped = { ship: { carrier: 'India Post', trackingNumber: 'EE123456789IN' } };
    await eventually('the confirmation', async () => ((await send(boss, 'POST', `/v1/orders/${order.id}:updateStatus`, shipped, { 'idempotency-key': `ship-${order.id}` })).status === 200 ? true : undefined), { timeoutMs: MINUTE }); // prettier-ignore
    expect((await send(boss, 'POST', `/v1/orders/${order.id}:updateStatus`, { deliver: {} }, { 'idempotency-key': `deliver-${order.id}` })).status).toBe(200);
    expect((await send(me, 'DELETE', '/v1/users/me')).status).toBe(200);

    const erasure = await eventually('the erasure', async () => {
      const { json } = await send(boss, 'GET', `/v1/users/${me.userId}/erasure`);
      return (json as { completedAt?: string }).completedAt === undefined || (json as { completedAt: unknown }).completedAt === null ? undefined : (json as { services: { service: string }[] });
    }, { timeoutMs: MINUTE }); // prettier-ignore
    expect(erasure.services.map(({ service }) => service)).toEqual(['auth', 'notification', 'order', 'recommendation', 'user']);
    expect((await send(boss, 'GET', `/v1/users/${me.userId}`)).status).toBe(404);
    expect((await send(boss, 'GET', `/v1/orders/${order.id}`)).json).toMatchObject({ state: 'ORDER_STATE_DELIVERED', shippingAddress: { recipient: '', street: '' } });
    await expect(me.logInAgain()).rejects.toThrow(/INVALID_CREDENTIALS/);
    const refused = await eventually('the end of its token', async () => {
      const answer = await send(me, 'GET', '/v1/cart');
      return answer.status === 200 ? undefined : answer;
    }, { timeoutMs: MINUTE, intervalMs: 500 }); // prettier-ignore
    expect([refused.status, reasonOf(refused)]).toEqual([401, 'SESSION_REVOKED']);
  }, 3 * MINUTE); // prettier-ignore
});
