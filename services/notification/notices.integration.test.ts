import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { failure } from '@shopverse/mesh/failure';
import { newId } from '@shopverse/mesh/ids';
import type { Call } from '@shopverse/mesh/rpc/call';
import fc from 'fast-check';
import { NotificationKind } from '@shopverse/contracts/shopverse/notification/v1/notification';
import { countUnread, listMyNotifications } from './rpc/list-my-notifications.ts';
import { markRead } from './rpc/mark-read.ts';
import { Mailer } from './mail/mailer.ts';
import { PostOffice } from './testing/post-office.ts';

const rupees = { currencyCode: 'INR', units: 1_299n, nanos: 0 };
const lines = [{ productId: 'p', name: '<b>Kettle</b>', quantity: 1, total: rupees, unitPrice: rupees, sku: 'K' }];
const as = (userId: string): Call => ({ caller: { userId, role: 'CUSTOMER', email: '', sessionId: '' } }) as unknown as Call;

let office: PostOffice;
beforeAll(async () => {
  office = await PostOffice.open();
}, 120_000);
afterAll(() => office.close());
afterEach(async () => {
  await office.database.collection('mails').deleteMany({});
  office.smtp.mails.length = 0;
  office.smtp.answer = 'take';
  office.smtp.onTaken = async () => {};
});

const confirmed = (customerId: string) =>
  office.event('shopverse.order.v1.OrderConfirmed', { orderId: newId(), customerId, lines, total: rupees });

describe('a notice', () => {
  it('exists once and is mailed once when its event is delivered ten times, at once and one after the other', async () => {
    const { id, email } = office.person();
    const event = confirmed(id);
    await Promise.all(Array.from({ length: 5 }, () => office.deliver(event)));
    await Promise.all([office.send(), office.send()]);
    for (let again = 0; again < 5; again += 1) await office.deliver(event);
    await office.send();
    const [notice, ...others] = await office.noticesOf(id);
    expect(others).toEqual([]);
    expect(notice).toMatchObject({ eventId: event.event.id, kind: 'ORDER_CONFIRMED', read: false, createdAt: event.event.time });
    expect(office.smtp.mails).toHaveLength(1);
    const [mail] = office.smtp.mails;
    expect(mail).toMatchObject({ subject: notice?.title, messageId: `<${notice?._id}@shop.example>` });
    expect(mail?.to).toMatchObject({ value: [{ address: email, name: 'Asha Rao' }] });
    expect(mail?.html).toContain('&lt;b&gt;Kettle&lt;/b&gt;');
    expect(mail?.text).toContain('<b>Kettle</b>: ₹1,299.00');
    expect(await office.mailsOf(id)).toEqual([expect.objectContaining({ state: 'SENT', tries: 1 })]);
  });

  it('is due for each event, and what a crash between its two writes left undone is done when the event comes again', async () => {
    const { id } = office.person();
    const event = confirmed(id);
    await office.deliver(event);
    await office.database.collection('mails').deleteMany({ userId: id });
    await office.deliver(event);
    await office.deliver(
      office.event('shopverse.payment.v1.PaymentSucceeded', {
        paymentId: 'x',
        orderId: newId(),
        customerId: id,
        amount: rupees,
        method: 'upi',
      }),
    );
    expect(await office.noticesOf(id)).toHaveLength(2);
    expect(await office.mailsOf(id)).toHaveLength(2);
  });

  it('of a refund says what goes back, once for each refund', async () => {
    const { id } = office.person();
    const refunded = office.event('shopverse.payment.v1.PaymentRefunded', {
      paymentId: 'p',
      orderId: newId(),
      customerId: id,
      refundId: newId(),
      amount: rupees,
      reason: 'The order was cancelled.',
    });
    await office.deliver(refunded);
    await office.deliver(refunded);
    expect(await office.noticesOf(id)).toMatchObject([
      { kind: 'PAYMENT_REFUNDED', subjectId: 'p', body: expect.stringContaining('on their way back to you. The order was cancelled.') },
    ]);
    expect(await office.mailsOf(id)).toHaveLength(1);
  });

  it('is the same set of notices however the events are repeated and mixed up', async () => {
    const kinds = ['OrderPlaced', 'OrderConfirmed', 'OrderCancelled'] as const;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 4 }), { minLength: 5, maxLength: 15 }), async (order) => {
        const { id } = office.person();
        const registered = office.event('shopverse.auth.v1.UserRegistered', { userId: id, email: 'a@b.example', fullName: 'A' });
        const failed = office.event('shopverse.payment.v1.PaymentFailed', {
          orderId: newId(),
          paymentId: 'p',
          customerId: id,
          amount: rupees,
        });
        const orders = kinds.map((kind) =>
          office.event(`shopverse.order.v1.${kind}`, { orderId: newId(), customerId: id, lines, total: rupees }),
        );
        const events = [registered, failed, ...orders];
        for (const index of [...order, 0, 1, 2, 3, 4]) await office.deliver(events[index] ?? registered);
        const notices = await office.noticesOf(id);
        expect(notices.map(({ eventId }) => eventId).sort()).toEqual(events.map(({ event }) => event.id).sort());
        expect(await office.mailsOf(id)).toHaveLength(5);
      }),
      { numRuns: 8 },
    );
  });
});

describe('a mail', () => {
  it('whose sender is killed after the server took it goes out once more, with the same Message-ID, and is then done', async () => {
    const { id } = office.person();
    await office.deliver(confirmed(id));
    const killed = new Error('killed');
    const { queue: real } = office.sender;
    const queue = {
      due: real.due.bind(real),
      take: real.take.bind(real),
      failed: real.failed.bind(real),
      sent: () => Promise.reject(killed),
      noRecipient: () => Promise.reject(killed),
      postponed: () => Promise.reject(killed),
      suppressed: () => Promise.reject(killed),
      overtaken: () => Promise.reject(killed),
      hasSent: real.hasSent.bind(real),
    };
    await expect(office.send({ queue, concurrency: 1 })).rejects.toBe(killed);
    await office.send();
    expect(office.smtp.mails).toHaveLength(1); // The lease of the one who died still runs.
    await office.passTime();
    await office.send();
    await office.passTime();
    await office.send();
    expect(office.smtp.mails).toHaveLength(2);
    expect(new Set(office.smtp.mails.map(({ messageId }) => messageId)).size).toBe(1);
    expect(await office.mailsOf(id)).toEqual([expect.objectContaining({ state: 'SENT', tries: 2 })]);
  });

  it('is tried again when the server refuses it for now, and given up with an alarm after its last try', async () => {
    const { id } = office.person();
    await office.deliver(confirmed(id));
    office.smtp.answer = 'refuse for now';
    for (let tries = 0; tries < 5; tries += 1) {
      await office.send();
      await office.passTime();
    }
    expect(await office.mailsOf(id)).toEqual([
      expect.objectContaining({ state: 'FAILED', tries: 3, lastError: 'The mail server did not take the mail (RCPT TO 451).' }),
    ]);
    expect(office.log.at(-1)).toMatchObject({ message: 'mail given up', alarm: 'mail_given_up', tries: 3 });
    expect(JSON.stringify(office.log)).not.toContain('people.example');
  });

  it('is taken in the end when the server was away for a while', async () => {
    const { id } = office.person();
    await office.deliver(confirmed(id));
    office.smtp.answer = 'refuse for now';
    await office.send();
    office.smtp.answer = 'take';
    await office.passTime();
    await office.send();
    expect(office.smtp.mails).toHaveLength(1);
  });

  it('is given up at once when the server will never take it', async () => {
    const { id } = office.person();
    await office.deliver(confirmed(id));
    office.smtp.answer = 'refuse for ever';
    await office.send();
    expect(await office.mailsOf(id)).toEqual([expect.objectContaining({ state: 'FAILED', tries: 1 })]);
  });

  it('does not wait for a server that hangs', async () => {
    const { id } = office.person();
    await office.deliver(confirmed(id));
    office.smtp.answer = 'hang';
    await office.send({ timeoutMs: 300 });
    expect(await office.mailsOf(id)).toEqual([expect.objectContaining({ state: 'QUEUED', tries: 1, lastError: expect.any(String) })]);
  });

  it('is sent again, once, when the server drops the connection in the middle of it, or is not there at all', async () => {
    const { id } = office.person();
    await office.deliver(confirmed(id));
    office.smtp.answer = 'drop';
    await office.send();
    expect(await office.mailsOf(id)).toMatchObject([
      { state: 'QUEUED', tries: 1, lastError: expect.stringContaining('did not take the mail') },
    ]);
    const nobody = new Mailer({ url: 'smtp://127.0.0.1:1', from: 'ShopVerse <no-reply@shop.example>', connections: 1 });
    await office.passTime();
    await office.send({ mailer: nobody });
    await expect(nobody.check()).rejects.toThrow('did not take the mail');
    nobody.close();
    expect(await office.mailsOf(id)).toMatchObject([{ state: 'QUEUED', tries: 2 }]);
    office.smtp.answer = 'take';
    for (let again = 0; again < 2; again += 1) {
      await office.passTime();
      await office.send();
    }
    expect(office.smtp.mails).toHaveLength(1);
  });

  it('marks the address that a server refuses for ever, and no more go there until its time is over', async () => {
    const { id } = office.person();
    await office.deliver(confirmed(id));
    office.smtp.answer = 'refuse for ever';
    await office.send({ bounceMs: 3_600_000 });
    office.smtp.answer = 'take';
    await office.deliver(confirmed(id));
    await office.send();
    expect((await office.mailsOf(id)).map(({ state }) => state)).toEqual(['FAILED', 'SUPPRESSED']);
    expect(office.smtp.mails).toEqual([]);
    expect(await office.noticesOf(id)).toHaveLength(2);
    await office.database.collection<{ _id: string }>('recipients').updateOne({ _id: id }, { $set: { bouncingUntil: new Date(0) } });
    await office.deliver(confirmed(id));
    await office.send();
    expect(office.smtp.mails).toHaveLength(1);
  });

  it('can not be made to say more to the mail server than it should', async () => {
    const id = newId();
    const evil = 'asha@people.example\r\nBcc: all@people.example';
    await office.deliver(office.event('shopverse.auth.v1.UserRegistered', { userId: id, email: evil, fullName: 'A' }));
    await office.send();
    expect(await office.mailsOf(id)).toMatchObject([{ state: 'FAILED', lastError: 'The address is none that mail can go to.' }]);
    const other = newId();
    const fullName = 'Ravi\r\nBcc: all@people.example';
    await office.deliver(office.event('shopverse.auth.v1.UserRegistered', { userId: other, email: 'ravi@people.example', fullName }));
    await office.send();
    expect(office.smtp.mails).toHaveLength(1);
    expect(office.smtp.mails[0]?.headers.has('bcc')).toBe(false);
    expect(office.smtp.mails[0]?.to).toMatchObject({ value: [{ address: 'ravi@people.example', name: 'Ravi Bcc: all@people.example' }] });
  });

  it('waits while its recipient has quiet hours or has had too many, unless it is about the security of their account', async () => {
    const { id } = office.person();
    const hour = (ms: number) => new Date(Date.now() + ms).toISOString().slice(11, 16);
    const quiet = { start: hour(-3_600_000), end: hour(3_600_000), timeZone: 'UTC' };
    await office.preferences.put(id, 0, { kinds: {}, quiet });
    await office.deliver(confirmed(id));
    const signIn = (userAgent: string) => office.event('shopverse.auth.v1.UserLoggedIn', { userId: id, userAgent, loggedInAt: new Date() });
    for (const event of [signIn('Laptop'), signIn('Phone')]) await office.deliver(event);
    await office.send();
    expect(office.smtp.mails.map(({ subject }) => subject)).toEqual(['New sign-in to your account']);
    const [waiting] = (await office.mailsOf(id)).filter(({ state }) => state === 'QUEUED');
    expect(waiting).toMatchObject({ kind: 'ORDER_CONFIRMED', tries: 0 });
    expect(Math.abs((waiting?.dueAt.getTime() ?? 0) - Date.now() - 3_600_000)).toBeLessThan(120_000);

    await office.preferences.put(id, 1, { kinds: {}, quiet: undefined });
    await office.passTime();
    for (let more = 0; more < 3; more += 1) await office.deliver(confirmed(id));
    await office.send({ maxPerHour: 3, concurrency: 1 });
    expect(office.smtp.mails).toHaveLength(3);
    await office.deliver(signIn('Tablet'));
    await office.passTime();
    await office.send({ maxPerHour: 3, concurrency: 1 });
    expect(office.smtp.mails.map(({ subject }) => subject).at(-1)).toBe('New sign-in to your account');
    expect(office.smtp.mails).toHaveLength(4);
    await office.passTime();
    await office.send();
    expect(office.smtp.mails).toHaveLength(6);
  });

  it('waits, without a try being counted, while its recipient cannot be looked up, and has none when nobody knows them', async () => {
    const id = newId();
    await office.deliver(confirmed(id));
    const users = { batchGetProfiles: () => Promise.reject(failure('DEPENDENCY_UNAVAILABLE', 'The user service is away.')) };
    await office.send({ users });
    expect(await office.mailsOf(id)).toEqual([expect.objectContaining({ state: 'QUEUED', tries: 0 })]);
    await office.passTime();
    await office.send();
    expect(await office.mailsOf(id)).toEqual([expect.objectContaining({ state: 'NO_RECIPIENT' })]);
    expect(await office.noticesOf(id)).toHaveLength(1);
  });

  it('goes to the address of the registration', async () => {
    const id = newId();
    await office.deliver(office.event('shopverse.auth.v1.UserRegistered', { userId: id, email: 'new@people.example', fullName: 'Ravi' }));
    await office.send();
    expect(office.smtp.mails[0]).toMatchObject({ subject: 'Welcome to ShopVerse', text: expect.stringContaining('Hello Ravi,') });
  });
});

describe("somebody's notifications", () => {
  const request = { pageSize: 2, pageToken: '', unreadOnly: false };

  it('come newest first, page by page, and nobody sees those of others', async () => {
    const [mine, theirs] = [office.person().id, office.person().id];
    for (const userId of [mine, theirs, mine, mine]) await office.deliver(confirmed(userId));
    const list = listMyNotifications(office);
    const first = await list(request, as(mine));
    const second = await list({ ...request, pageToken: first.nextPageToken }, as(mine));
    const all = [...first.notifications, ...second.notifications];
    expect([first.notifications.length, second.notifications.length, second.nextPageToken]).toEqual([2, 1, '']);
    expect(all.every(({ kind }) => kind === NotificationKind.ORDER_CONFIRMED)).toBe(true);
    expect(all.map(({ id }) => id)).toEqual((await office.noticesOf(mine)).map(({ _id }) => _id));
    await expect(list({ ...request, unreadOnly: true, pageToken: first.nextPageToken }, as(mine))).rejects.toMatchObject({
      reason: 'INVALID_PAGE_TOKEN',
    });
  });

  it('are unread until they are marked, which only their owner can', async () => {
    const [mine, theirs] = [office.person().id, office.person().id];
    await office.deliver(confirmed(mine));
    const [notice] = await office.noticesOf(mine);
    const id = notice?._id ?? '';
    const [mark, unread] = [markRead(office), countUnread(office)];
    expect(await unread({}, as(mine))).toEqual({ unread: 1n });
    await expect(mark({ id }, as(theirs))).rejects.toMatchObject({ reason: 'NOTIFICATION_NOT_FOUND' });
    await expect(mark({ id: 'nonsense' }, as(mine))).rejects.toMatchObject({ reason: 'NOTIFICATION_NOT_FOUND' });
    expect(await unread({}, as(mine))).toEqual({ unread: 1n });
    expect(await mark({ id }, as(mine))).toMatchObject({ id, read: true });
    const readAt = (await office.noticesOf(mine))[0]?.readAt;
    expect(await mark({ id }, as(mine))).toMatchObject({ id, read: true });
    expect((await office.noticesOf(mine))[0]?.readAt).toEqual(readAt);
    expect(await unread({}, as(mine))).toEqual({ unread: 0n });
    expect((await listMyNotifications(office)({ ...request, unreadOnly: true }, as(mine))).notifications).toEqual([]);
  });
});
