import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { NotificationChange, WatchNotificationsRequest } from '@shopverse/contracts/shopverse/notification/v1/notification_service';
import { eventually } from '@shopverse/local/demo/eventually';
import { admin, edge, newCustomer, pay, placeOrder, someProduct, theStack, type EdgeAnswer, type SignedIn } from '../customer.ts';
import { shopverse, shopverseJson } from '../shop.ts';
import { deadLettersOf, publishUnreadable } from '../unreadable-event.ts';
import { linesOf } from '../watch-over-rest.ts';

const MINUTE = 60_000;
const INBOX = '/v1/users/me/notifications';
const PREFERENCES = '/v1/users/me/notificationPreferences';

interface NotificationJson {
  readonly id: string;
  readonly kind: string;
  readonly subjectId: string;
  readonly read: boolean;
}

let asha: SignedIn;
let boss: SignedIn;
beforeAll(async () => {
  [asha, boss] = await Promise.all([newCustomer(), admin()]);
}, MINUTE);

const get = ({ token }: SignedIn, path: string) => edge(path, { token });
const post = ({ token }: SignedIn, path: string, body: unknown = {}) => edge(path, { method: 'POST', token, body });
const reasonOf = ({ json }: EdgeAnswer) =>
  (json as { details: { reason?: string }[] }).details.find(({ reason }) => reason !== undefined)?.reason;
const within = { timeoutMs: MINUTE };

async function inbox(who: SignedIn): Promise<readonly NotificationJson[]> {
  return ((await get(who, `${INBOX}?pageSize=100`)).json as { notifications: NotificationJson[] }).notifications;
}
const kindsOf = async (who: SignedIn) => (await inbox(who)).map(({ kind }) => kind.replace('NOTIFICATION_KIND_', ''));
const told = (who: SignedIn, kind: string) =>
  eventually(`the notification ${kind}`, async () => ((await kindsOf(who)).includes(kind) ? true : undefined), within);
const unreadOf = async (who: SignedIn) => Number(((await get(who, `${INBOX}:countUnread`)).json as { unread: string }).unread);

async function paidOrder(who: SignedIn): Promise<string> {
  const { id } = (await placeOrder(who, (await someProduct(10)).id, 1)).json as { id: string };
  await pay(who, id);
  await eventually('the order to be confirmed', async () => ((((await get(who, `/v1/orders/${id}`)).json as { state: string }).state === 'ORDER_STATE_CONFIRMED') ? true : undefined), within); // prettier-ignore
  return id;
}

describe('notifications', () => {
  it(
    'come as they happen, over REST and gRPC, are counted, and are read one by one or all at once; a refund is told once',
    async () => {
      await told(asha, 'REGISTERED');
      const watcher = await linesOf<{ notification?: NotificationJson | null; unread: string; position: string }>(asha, `${INBOX}:watch`);
      await eventually('the first line', () => Promise.resolve(watcher.seen.length > 0 ? true : undefined), within);
      const id = await paidOrder(asha);
      for (const kind of ['ORDER_PLACED', 'ORDER_CONFIRMED', 'PAYMENT_SUCCEEDED']) await told(asha, kind);
      await post(asha, `/v1/orders/${id}:cancel`, { reason: 'Changed my mind.' });
      await told(asha, 'PAYMENT_REFUNDED');
      await told(asha, 'ORDER_CANCELLED');
      await eventually('the order to be refunded', async () => ((((await get(asha, `/v1/orders/${id}`)).json as { state: string }).state === 'ORDER_STATE_REFUNDED') ? true : undefined), within); // prettier-ignore
      const all = ['ORDER_CANCELLED', 'ORDER_CONFIRMED', 'ORDER_PLACED', 'PAYMENT_REFUNDED', 'PAYMENT_SUCCEEDED', 'REGISTERED'];
      expect((await kindsOf(asha)).toSorted((a, b) => a.localeCompare(b))).toEqual(all);

      const seenKinds = () => watcher.seen.flatMap(({ notification }) => notification?.kind.replace('NOTIFICATION_KIND_', '') ?? []);
      await eventually('the watcher to have seen it', () => Promise.resolve(seenKinds().length >= 5 ? true : undefined), within);
      expect(seenKinds().toSorted((a, b) => a.localeCompare(b))).toEqual(all.filter((kind) => kind !== 'REGISTERED'));
      watcher.close();

      const unread = await unreadOf(asha);
      expect(unread).toBe(6);
      const [one] = await inbox(asha);
      expect((await post(asha, `${INBOX}/${one?.id}:markRead`)).json).toMatchObject({ id: one?.id, read: true });
      const first = (await get(asha, `${INBOX}?pageSize=4&unreadOnly=true`)).json as {
        notifications: NotificationJson[];
        nextPageToken: string;
      };
      const second = (await get(asha, `${INBOX}?pageSize=4&unreadOnly=true&pageToken=${first.nextPageToken}`)).json as typeof first;
      expect([first.notifications.length, second.notifications.length, second.nextPageToken]).toEqual([4, 1, '']);
      expect((await post(asha, `${INBOX}:markAllRead`)).json).toEqual({ marked: '5' });
      expect(await unreadOf(asha)).toBe(0);

      const { addresses } = await theStack();
      const client = new Client(new URL(addresses.edge).host, credentials.createInsecure());
      const metadata = new Metadata();
      metadata.set('authorization', `Bearer ${asha.token}`);
      const stream = client.makeServerStreamRequest(
        '/shopverse.notification.v1.NotificationService/WatchNotifications',
        (request: WatchNotificationsRequest) => Buffer.from(WatchNotificationsRequest.encode(request).finish()),
        (bytes) => NotificationChange.decode(bytes),
        { after: watcher.seen[0]?.position ?? '' },
        metadata,
      );
      const again = new Set<string>();
      try {
        for await (const { notification } of stream as AsyncIterable<NotificationChange>) {
          if (notification !== undefined) again.add(notification.id);
          if (again.size >= 5) break;
        }
      } finally {
        stream.cancel();
        client.close();
      }
      expect(again.size).toBeGreaterThanOrEqual(5);
    },
    3 * MINUTE,
  );

  it(
    'are what somebody wants: kinds can be switched off, mails about their security can not; a new device is told',
    async () => {
      const ravi = await newCustomer();
      await told(ravi, 'REGISTERED');
      const off = { kind: 'NOTIFICATION_KIND_ORDER_PLACED', inApp: false, mail: false };
      const patch = (body: unknown, mask: string) =>
        edge(`${PREFERENCES}?updateMask=${mask}`, { method: 'PATCH', token: ravi.token, body });
      expect((await patch({ kinds: [off] }, 'kinds')).json).toMatchObject({ kinds: expect.arrayContaining([off]) });
      expect((await patch({ quietHours: { start: '22:00', end: '07:00', timeZone: 'Asia/Kolkata' } }, 'quietHours')).status).toBe(200);
      expect((await get(ravi, PREFERENCES)).json).toMatchObject({ kinds: expect.arrayContaining([off]), quietHours: { start: '22:00' } });
      const unsafe = await patch({ kinds: [{ kind: 'NOTIFICATION_KIND_LOGGED_IN', inApp: true, mail: false }] }, 'kinds');
      expect([unsafe.status, reasonOf(unsafe)]).toEqual([400, 'INVALID_REQUEST']);
      expect((await patch({ kinds: [], etag: 'old' }, 'kinds')).json).toMatchObject({ details: expect.arrayContaining([expect.objectContaining({ reason: 'CONCURRENT_CHANGE' })]) }); // prettier-ignore
      await paidOrder(ravi);
      await told(ravi, 'ORDER_CONFIRMED');
      expect(await kindsOf(ravi)).not.toContain('ORDER_PLACED');

      const [email, password] = [`${randomUUID()}@example.com`, `a long password ${randomUUID()}`];
      await edge('/v1/auth/register', { method: 'POST', body: { fullName: 'Mira', email, password } });
      const logIn = async (device: string) =>
        (await edge('/v1/auth/login', { method: 'POST', body: { email, password }, headers: { 'user-agent': device } })).json as { accessToken: string; userId: string }; // prettier-ignore
      await logIn('A laptop');
      const { accessToken: token, userId } = await logIn('A phone');
      await told({ token, userId, email }, 'LOGGED_IN');
      await logIn('A laptop');
      expect((await kindsOf({ token, userId, email })).filter((kind) => kind === 'LOGGED_IN')).toHaveLength(1);
    },
    3 * MINUTE,
  );

  it(
    'are listed to admins, and their doors are closed to others',
    async () => {
      await told(asha, 'REGISTERED');
      const query = `userId=${asha.userId}&kind=NOTIFICATION_KIND_REGISTERED`;
      await eventually('the mail to be sent', async () => {
      const { notifications } = (await get(boss, `/v1/notifications?${query}`)).json as { notifications: { userId: string; mailState: string }[] };
      return notifications.length === 1 && notifications[0]?.mailState === 'SENT' ? true : undefined;
    }, within); // prettier-ignore
      const refused: readonly (readonly [Promise<EdgeAnswer>, number, string])[] = [
        [get(asha, '/v1/notifications'), 403, 'ROLE_NOT_ALLOWED'],
        [edge(INBOX), 401, 'UNAUTHENTICATED'],
        [edge(`${INBOX}:watch`), 401, 'UNAUTHENTICATED'],
        [edge(PREFERENCES), 401, 'UNAUTHENTICATED'],
        [get(asha, '/v1/events/lags'), 403, 'ROLE_NOT_ALLOWED'],
        [get(asha, '/v1/events/groups/order/deadLetters'), 403, 'ROLE_NOT_ALLOWED'],
        [post(asha, '/v1/events/groups/order:replay', { from: '2026-01-01T00:00:00Z' }), 403, 'ROLE_NOT_ALLOWED'],
        [get(boss, '/v1/events/groups/nobody/deadLetters'), 404, 'CONSUMER_GROUP_NOT_FOUND'],
        [get(boss, '/v1/events/groups/order/deadLetters/0-999999'), 404, 'DEAD_LETTER_NOT_FOUND'],
        [post(boss, '/v1/events/groups/order:replay', { from: '2026-01-01T00:00:00Z' }), 400, 'REPLAY_HARMFUL'],
        [get(boss, '/v1/notifications?pageToken=x'), 400, 'INVALID_PAGE_TOKEN'],
      ];
      for (const [answer, status, reason] of refused) {
        const { status: actual, json } = await answer;
        const body = (Array.isArray(json) ? json[0] : json) as EdgeAnswer['json'];
        expect([actual, reasonOf({ json: body } as EdgeAnswer)]).toEqual([status, reason]);
      }
    },
    MINUTE,
  );
});

describe('operators', () => {
  it(
    'see lags, topics and dead letters, and settle these by command and as admins',
    async () => {
      const { id: eventId, type, topic, letters } = await publishUnreadable();
      expect(letters.every(({ reason, resolved }) => reason === 'permanent' && resolved === null)).toBe(true);
      const [first, ...others] = letters;
      const { group = '', id = '' } = first ?? {};
      const shown = await shopverseJson<{ unreadable: string; headers: object; value_base64: string }>(['dlq', 'show', group, id]);
      expect(shown).toMatchObject({ unreadable: expect.stringContaining(`The value is no ${type}`), headers: { ce_id: eventId }, value_base64: '/w==' });
      expect((await shopverse(['dlq', 'drop', group, id, '--note', 'made by a test'])).code).toBe(0);
      expect(await shopverse(['dlq', 'replay', group, id])).toMatchObject({ code: 1, output: expect.stringContaining('was dropped by operator:') });
      for (const other of others) {
        const dropped = await post(boss, `/v1/events/groups/${other.group}/deadLetters/${other.id}:drop`, { note: 'made by a test' });
        expect(dropped.json).toMatchObject({ resolved: { action: 'dropped', by: `user:${boss.userId}` }, eventType: type });
      }
      expect(await deadLettersOf(eventId)).toEqual([]);

      const lag = await shopverseJson<{ partitions: { group: string; lag: number }[]; outboxes: { service: string; waiting: number | null }[] }>(['events', 'lag']);
      // Auth’s group is there once it has heard of somebody.
      const groups = new Set(lag.partitions.map((one) => one.group));
      expect([...groups].filter((group) => group !== 'auth').toSorted()).toEqual(['analytics', 'notification', 'order', 'payment', 'product', 'recommendation']);
      expect(lag.outboxes.map(({ service, waiting: count }) => [service, typeof count])).toEqual(['auth', 'user', 'product', 'order', 'payment'].map((service) => [service, 'number']));
      expect((await get(boss, '/v1/events/lags')).json).toMatchObject({ lags: expect.arrayContaining([expect.objectContaining({ group: 'order', topic })]) });
      const tail = await shopverseJson<{ type: string; event: unknown }>(['events', 'tail', 'shopverse.auth.v1', '--lines', '1']);
      expect(tail).toMatchObject({ type: expect.stringMatching(/^shopverse\.auth\.v1\./), event: { userId: expect.any(String) } });
      expect(await shopverse(['events', 'replay', '--group', 'order', '--from', '1h'])).toMatchObject({ code: 1, output: expect.stringContaining('stop the service, replay, start it again') }); // prettier-ignore
      expect((await shopverseJson<{ dry_run: boolean }>(['events', 'replay', '--group', 'order', '--from', '1h', '--dry-run'])).dry_run).toBe(true);
      expect((await shopverse(['mail', 'preview', 'order-placed'])).output).toContain('Subject: Order');
    },
    3 * MINUTE,
  ); // prettier-ignore
});
