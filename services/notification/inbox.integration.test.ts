import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Role } from '@shopverse/contracts/shopverse/access/v1/access';
import { NotificationKind } from '@shopverse/contracts/shopverse/notification/v1/notification';
import type { NotificationChange } from '@shopverse/contracts/shopverse/notification/v1/notification_service';
import { Bells } from '@shopverse/mesh/events/bells';
import { newId } from '@shopverse/mesh/ids';
import type { Call } from '@shopverse/mesh/rpc/call';
import { tell } from './consumers/tell.ts';
import { welcome } from './domain/notice-texts.ts';
import { countUnread } from './rpc/list-my-notifications.ts';
import { listNotifications } from './rpc/list-notifications.ts';
import { markAllRead } from './rpc/mark-all-read.ts';
import { markRead } from './rpc/mark-read.ts';
import { getPreferences, updatePreferences } from './rpc/preferences.ts';
import { watchNotifications } from './rpc/watch-notifications.ts';
import { erasePerson, removeStragglers } from './store/erase-person.ts';
import { RecipientStore } from './store/recipient-store.ts';
import { PostOffice } from './testing/post-office.ts';

const rupees = { currencyCode: 'INR', units: 1_299n, nanos: 0 };
const lines = [{ productId: 'p', name: 'Kettle', quantity: 1, total: rupees, unitPrice: rupees, sku: 'K' }];

let office: PostOffice;
beforeAll(async () => {
  office = await PostOffice.open();
}, 120_000);
afterAll(() => office.close());
afterEach(async () => {
  for (const collection of ['mails', 'admins']) await office.database.collection(collection).deleteMany({});
  office.smtp.mails.length = 0;
});

const as = (userId: string, signal = new AbortController().signal): Call =>
  ({ caller: { userId, role: 'CUSTOMER', email: '', sessionId: '' }, signal }) as unknown as Call;
const order = (kind: 'OrderPlaced' | 'OrderConfirmed' | 'OrderShipped' | 'OrderDelivered', customerId: string) =>
  office.event(`shopverse.order.v1.${kind}`, { orderId: newId(), customerId, lines, total: rupees });
const kindsOf = async (userId: string) => (await office.noticesOf(userId)).map(({ kind }) => kind);
const { LOGGED_IN, ORDER_PLACED, ORDER_CONFIRMED } = NotificationKind;

describe('an inbox', () => {
  it('is read at once, and only its own', async () => {
    const [mine, theirs] = [office.person().id, office.person().id];
    for (const userId of [mine, mine, theirs]) await office.deliver(order('OrderConfirmed', userId));
    expect(await markAllRead(office)({}, as(mine))).toEqual({ marked: 2n });
    expect(await markAllRead(office)({}, as(mine))).toEqual({ marked: 0n });
    expect(await countUnread(office)({}, as(mine))).toEqual({ unread: 0n });
    expect(await countUnread(office)({}, as(theirs))).toEqual({ unread: 1n });
  });

  it('is watched: what comes, through this replica or another, once each, and how many are unread; a watcher goes on where it was', async () => {
    const { id } = office.person();
    await office.deliver(order('OrderPlaced', id));
    const stop = new AbortController();
    const stopping = new AbortController();
    // Another process's bells: nobody rings these, so its watcher looks by itself.
    const watch = (bells: Bells, pollMs: number) =>
      watchNotifications({ notices: office.notices, bells, pollMs, lifeMs: 60_000, stopping: stopping.signal });
    const [here, elsewhere] = [watch(office.bells, 60_000), watch(new Bells({ most: 1 }), 50)].map((handle) =>
      handle({ after: '' }, as(id, stop.signal))[Symbol.asyncIterator](),
    );
    const next = async (stream = here): Promise<NotificationChange> => (await stream?.next())?.value as NotificationChange;
    expect(await next()).toMatchObject({ notification: undefined, unread: 1n });
    expect(await next(elsewhere)).toMatchObject({ notification: undefined, unread: 1n });
    const event = order('OrderConfirmed', id);
    // A late event: what it tells of is older than what is there.
    const late = { ...event, event: { ...event.event, time: new Date(Date.now() - 3_600_000) } };
    await office.deliver(late);
    const told = await next();
    expect(told).toMatchObject({ notification: { kind: ORDER_CONFIRMED }, unread: 2n });
    expect((await next(elsewhere)).notification?.id).toBe(told.notification?.id);
    await office.deliver(late);
    await markRead(office)({ id: told.notification?.id ?? '' }, as(id));
    expect(await next()).toMatchObject({ notification: undefined, unread: 1n });
    expect(await next(elsewhere)).toMatchObject({ notification: undefined, unread: 1n });
    await office.deliver(order('OrderShipped', office.person().id));
    await office.deliver(order('OrderDelivered', id));
    expect(await next()).toMatchObject({ notification: { kind: NotificationKind.ORDER_DELIVERED } });

    const resumed = watch(new Bells({ most: 1 }), 50)({ after: told.position }, as(id, stop.signal))[Symbol.asyncIterator]();
    const seen = new Set<number | undefined>();
    while (!seen.has(NotificationKind.ORDER_DELIVERED)) seen.add((await next(resumed)).notification?.kind);
    stopping.abort();
    expect(await here?.next()).toMatchObject({ done: true });
    stop.abort();
    expect(await resumed.next()).toMatchObject({ done: true });
  });

  it('has only so many watchers', async () => {
    const bells = new Bells({ most: 0 });
    const watch = watchNotifications({ notices: office.notices, bells, pollMs: 50, lifeMs: 50, stopping: new AbortController().signal });
    await expect(watch({ after: '' }, as('u'))[Symbol.asyncIterator]().next()).rejects.toMatchObject({ reason: 'OVERLOADED' });
  });
});

describe('preferences', () => {
  const off = (kind: NotificationKind, channels = { inApp: false, mail: false }) => ({ kind, ...channels });
  it('decide what is shown and what is mailed, kind by kind, and what is hidden is on record', async () => {
    const { id } = office.person();
    const [get, update] = [getPreferences(office), updatePreferences(office)];
    const before = await get({}, as(id));
    expect(before.kinds.every(({ inApp, mail }) => inApp && mail)).toBe(true);
    const wished = {
      kinds: [off(ORDER_PLACED), off(ORDER_CONFIRMED, { inApp: true, mail: false })],
      quietHours: undefined,
      etag: before.etag,
    };
    const after = await update({ preferences: wished, updateMask: ['kinds'] }, as(id));
    expect(after.kinds.filter(({ inApp, mail }) => !inApp || !mail)).toEqual(wished.kinds);
    await expect(update({ preferences: wished, updateMask: ['kinds'] }, as(id))).rejects.toMatchObject({ reason: 'CONCURRENT_CHANGE' });
    for (const kind of ['OrderPlaced', 'OrderConfirmed', 'OrderShipped'] as const) await office.deliver(order(kind, id));
    expect(await kindsOf(id)).toEqual(['ORDER_SHIPPED', 'ORDER_CONFIRMED']);
    expect(await countUnread(office)({}, as(id))).toEqual({ unread: 2n });
    expect((await office.mailsOf(id)).map(({ kind }) => kind)).toEqual(['ORDER_SHIPPED']);

    const quietHours = { start: '22:00', end: '07:00', timeZone: 'Asia/Kolkata' };
    const quiet = await update({ preferences: { kinds: [], quietHours, etag: '' }, updateMask: undefined }, as(id));
    expect(quiet).toMatchObject({ quietHours, kinds: after.kinds });
    const open = await update(
      { preferences: { kinds: [], quietHours: undefined, etag: '' }, updateMask: ['kinds', 'quiet_hours'] },
      as(id),
    );
    expect(open).toMatchObject({ quietHours: undefined, kinds: before.kinds });
    await expect(
      update({ preferences: { kinds: [off(LOGGED_IN)], quietHours: undefined, etag: '' }, updateMask: ['kinds'] }, as(id)),
    ).rejects.toMatchObject({ reason: 'INVALID_REQUEST', options: { violations: [{ field: 'preferences.kinds[0].mail' }] } });
  });

  it('that two change at once are changed by one of them', async () => {
    const { id } = office.person();
    const change = (kind: NotificationKind) =>
      updatePreferences(office)({ preferences: { kinds: [off(kind)], quietHours: undefined, etag: '0' }, updateMask: ['kinds'] }, as(id));
    const outcomes = await Promise.allSettled([change(ORDER_PLACED), change(ORDER_CONFIRMED)]);
    expect(outcomes.map(({ status }) => status).toSorted((a, b) => a.localeCompare(b))).toEqual(['fulfilled', 'rejected']);
  });
});

describe('news', () => {
  it('of a sign-in come when the device was not seen before, once, and not for the first one', async () => {
    const { id } = office.person();
    const signIn = (userAgent: string) =>
      office.event('shopverse.auth.v1.UserLoggedIn', {
        userId: id,
        sessionId: newId(),
        userAgent,
        loggedInAt: new Date('2026-01-10T16:30:00Z'),
      });
    const [first, phone] = [signIn('Laptop'), signIn('Phone')];
    for (const event of [first, signIn('Laptop'), phone, phone, first, signIn('Phone')]) await office.deliver(event);
    expect(await office.noticesOf(id)).toMatchObject([
      { kind: 'LOGGED_IN', eventId: phone.event.id, body: expect.stringContaining('from Phone on 10 Jan 2026, 16:30 UTC') },
    ]);
    expect(await office.mailsOf(id)).toHaveLength(1);
  });

  it('of products go to those who are admins: low stock at once, new products as one mail a day', async () => {
    const [admin, former, customer] = [office.person().id, office.person().id, office.person().id];
    const role = (userId: string, newRole: Role, at: number) =>
      office.event('shopverse.auth.v1.RoleChanged', { userId, newRole, changedAt: new Date(at) });
    await office.deliver(role(admin, Role.ADMIN, 1_000));
    // The older change comes later.
    await office.deliver(role(former, Role.CUSTOMER, 2_000));
    await office.deliver(role(former, Role.ADMIN, 1_000));
    // What they were told of their own roles is of no matter here.
    await office.send();
    office.smtp.mails.length = 0;
    const news = async (userId: string) => (await kindsOf(userId)).filter((kind) => kind !== 'ROLE_CHANGED');
    const low = { productId: 'p', name: 'Kettle', sku: 'KET', available: 3n, threshold: 5n };
    await office.deliver(office.event('shopverse.product.v1.StockLow', low));
    const made = (name: string) =>
      office.event('shopverse.product.v1.ProductCreated', {
        productId: newId(),
        product: { name, sku: name.toUpperCase(), price: rupees } as never,
      });
    const products = ['Cup', 'Pan', 'Pot'].map(made);
    for (const product of [...products, ...products]) await office.deliver(product);
    const importId = newId();
    const imported = { productId: newId(), importId, product: { name: 'Jug', sku: 'JUG', price: rupees } as never };
    await office.deliver(office.event('shopverse.product.v1.ProductCreated', imported));
    await office.deliver(office.event('shopverse.product.v1.ProductsImported', { importId, fileName: 'jugs.csv', created: 1n }));
    expect((await news(admin)).toSorted((a, b) => a.localeCompare(b))).toEqual(['PRODUCT_CREATED', 'PRODUCT_CREATED', 'PRODUCT_CREATED', 'PRODUCTS_IMPORTED', 'STOCK_LOW']); // prettier-ignore
    expect([await news(former), await news(customer)]).toEqual([[], []]);
    await office.send();
    expect(new Set(office.smtp.mails.map(({ subject }) => subject))).toEqual(
      new Set(['Low stock: Kettle (KET)', 'The import of jugs.csv has ended']),
    );
    await office.passTime();
    await office.send();
    expect(office.smtp.mails.slice(2)).toMatchObject([{ subject: '3 products were added' }]);
    for (const name of ['Cup', 'Pan', 'Pot']) expect(office.smtp.mails[2]?.text).toContain(`New product: ${name}`);
    for (const product of products) await office.deliver(product);
    await office.passTime();
    await office.send();
    expect(office.smtp.mails).toHaveLength(3);
  });
});

describe("an admin's list", () => {
  it('has what everybody was told, by user, kind and time, page by page, with what became of the mails', async () => {
    const [one, other] = [office.person().id, office.person().id];
    const since = new Date();
    for (const kind of ['OrderPlaced', 'OrderConfirmed', 'OrderShipped'] as const) await office.deliver(order(kind, one));
    await office.deliver(order('OrderPlaced', other));
    await office.send();
    const list = listNotifications(office);
    const all = { pageSize: 2, pageToken: '', userId: '', kind: 0 as const, createdFrom: since, createdTo: undefined, unreadOnly: false };
    const call = as('admin');
    const first = await list(all, call);
    const second = await list({ ...all, pageToken: first.nextPageToken }, call);
    const found = [...first.notifications, ...second.notifications];
    expect(new Set(found.map(({ notification }) => notification?.id)).size).toBe(4);
    expect(found.every(({ mailState, mailTries }) => mailState === 'SENT' && mailTries === 1)).toBe(true);
    expect(second.nextPageToken).toBe('');
    await expect(list({ ...all, userId: one, pageToken: first.nextPageToken }, call)).rejects.toMatchObject({
      reason: 'INVALID_PAGE_TOKEN',
    });
    const placed = await list({ ...all, kind: ORDER_PLACED }, call);
    expect(placed.notifications.map(({ userId }) => userId).toSorted((a, b) => a.localeCompare(b))).toEqual([one, other].toSorted((a, b) => a.localeCompare(b))); // prettier-ignore
    expect((await list({ ...all, userId: one, pageSize: 100 }, call)).notifications).toHaveLength(3);
    expect((await list({ ...all, createdTo: since }, call)).notifications).toEqual([]);
  });
});

describe('somebody who is deleted', () => {
  it('leaves nothing that is theirs, and what comes late makes nobody of them again; others keep theirs', async () => {
    const [gone, other] = [office.person(), office.person()];
    const recipients = new RecipientStore(office.database);
    for (const { id, email } of [gone, other]) {
      await recipients.remember({ userId: id, email, name: 'Asha' });
      await office.deliver(order('OrderConfirmed', id));
    }
    for (let times = 0; times < 2; times += 1) await erasePerson(office.database, gone.id, new Date());
    await recipients.remember({ userId: gone.id, email: gone.email, name: 'Asha' });
    await office.deliver(order('OrderShipped', gone.id));
    await office.deliver(office.event('shopverse.auth.v1.UserLoggedIn', { userId: gone.id, userAgent: 'Phone', loggedInAt: new Date() }));
    expect(await office.database.collection('devices').countDocuments({ userId: gone.id })).toBe(0);
    expect(await recipients.find(gone.id)).toBeUndefined();
    expect(await office.mailsOf(gone.id)).toEqual([]);
    expect(await kindsOf(gone.id)).toEqual([]);
    for (const collection of ['recipients', 'notices', 'mails', 'devices', 'preferences', 'admins']) {
      const left = await office.database.collection(collection).find({}).toArray();
      expect([collection, JSON.stringify(left).includes(gone.email)]).toEqual([collection, false]);
    }
    expect(await recipients.find(other.id)).toMatchObject({ email: other.email });
    expect(await kindsOf(other.id)).toEqual(['ORDER_CONFIRMED']);
  });

  it('while somebody tells them something leaves nothing either, a moment later', async () => {
    const [gone, other] = [office.person(), office.person()];
    const preferences = {
      get: async (userId: string) => {
        const found = await office.preferences.get(userId);
        if (userId === gone.id) await erasePerson(office.database, userId, new Date());
        return found;
      },
    };
    for (const { id } of [gone, other]) await tell({ ...office, preferences }, { id: newId(), time: new Date() }, id, welcome());
    expect([await kindsOf(gone.id), await kindsOf(other.id)]).toEqual([['REGISTERED'], ['REGISTERED']]);
    await removeStragglers(office.database, new Date());
    expect([await kindsOf(gone.id), await office.mailsOf(gone.id)]).toEqual([[], []]);
    expect([await kindsOf(other.id), (await office.mailsOf(other.id)).length]).toEqual([['REGISTERED'], 1]);
    // Much later there is nothing of theirs to look for.
    await office.notices.add({ ...welcome(), id: newId(), eventId: newId(), userId: gone.id, createdAt: new Date() }, { hidden: false });
    await removeStragglers(office.database, new Date(Date.now() + 3_600_000));
    expect(await kindsOf(gone.id)).toEqual(['REGISTERED']);
  });
});
