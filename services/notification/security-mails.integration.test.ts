import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Role } from '@shopverse/contracts/shopverse/access/v1/access';
import { RevocationReason } from '@shopverse/contracts/shopverse/auth/v1/auth_events';
import { failure } from '@shopverse/mesh/failure';
import { newId } from '@shopverse/mesh/ids';
import { PostOffice } from './testing/post-office.ts';

let office: PostOffice;
beforeAll(async () => {
  office = await PostOffice.open();
}, 120_000);
afterAll(() => office.close());
afterEach(async () => {
  await office.database.collection('mails').deleteMany({});
  office.smtp.mails.length = 0;
  office.smtp.answer = 'take';
});

const at = new Date('2026-01-10T16:30:00Z');
const requested = (userId: string, resetId: string) =>
  office.event('shopverse.auth.v1.PasswordResetRequested', { userId, resetId, requestedAt: at, expiresAt: at });
const everythingStored = async () => {
  const collections = await office.database.listCollections().toArray();
  const documents = await Promise.all(collections.map(({ name }) => office.database.collection(name).find().toArray()));
  return JSON.stringify(documents);
};

describe('the mail of a password reset', () => {
  it('has a link whose token is neither stored nor logged', async () => {
    const [{ id }, resetId] = [office.person(), newId()];
    await office.deliver(requested(id, resetId));
    await office.send();
    const [mail] = office.smtp.mails;
    const link = `https://shop.example/reset-password#token=secret-1-of-${resetId}`;
    expect(mail?.text).toContain(link);
    expect(String(mail?.html)).toMatch(new RegExp(`href="https://shop.example/reset-password#token(=|&#x3D;)secret-1-of-${resetId}"`));
    expect(await office.mailsOf(id)).toMatchObject([{ state: 'SENT' }]);
    expect(await everythingStored()).not.toContain(`secret-1-of-${resetId}`);
    expect(JSON.stringify(office.log)).not.toContain(`secret-1-of-${resetId}`);
    expect((await office.noticesOf(id)).map(({ body }) => body).join()).not.toContain('http');
  });

  it('that the mail server did not take has a new token when it is tried again', async () => {
    const [{ id }, resetId] = [office.person(), newId()];
    await office.deliver(requested(id, resetId));
    office.smtp.answer = 'refuse for now';
    await office.send();
    expect(office.smtp.mails).toHaveLength(0);
    office.smtp.answer = 'take';
    await office.passTime();
    await office.send();
    expect(office.smtp.mails.map(({ text }) => /secret-\d+/.exec(text ?? '')?.[0])).toEqual(['secret-2']);
  });

  it('is not sent when the reset is over', async () => {
    const [{ id }, resetId] = [office.person(), newId()];
    office.overResets.add(resetId);
    await office.deliver(requested(id, resetId));
    await office.send();
    expect(office.smtp.mails).toHaveLength(0);
    expect(await office.mailsOf(id)).toMatchObject([{ state: 'OVERTAKEN' }]);
  });

  it('waits, without losing a try, while the auth service is away', async () => {
    const [{ id }, resetId] = [office.person(), newId()];
    await office.deliver(requested(id, resetId));
    const away = async () => { throw failure('DEPENDENCY_UNAVAILABLE', 'The auth service is away.'); }; // prettier-ignore
    await office.send({ resets: { issuePasswordResetToken: away } });
    expect(await office.mailsOf(id)).toMatchObject([{ state: 'QUEUED', tries: 0 }]);
    await office.passTime();
    await office.send();
    expect(office.smtp.mails).toHaveLength(1);
  });
});

describe('somebody is told', () => {
  it.each([
    ['that their password was changed', 'PASSWORD_CHANGED', (userId: string) => office.event('shopverse.auth.v1.PasswordChanged', { userId, byReset: false, changedAt: at })],
    ['that a copy of their token was used', 'SESSION_ENDED', (userId: string) => office.event('shopverse.auth.v1.SessionRevoked', { userId, sessionId: newId(), reason: RevocationReason.REFRESH_TOKEN_REUSED, revokedAt: at })],
    ['that they are an administrator', 'ROLE_CHANGED', (userId: string) => office.event('shopverse.auth.v1.RoleChanged', { userId, oldRole: Role.CUSTOMER, newRole: Role.ADMIN, changedAt: at })],
  ])('%s, in the inbox and by mail, once', async (_what, kind, eventFor) => {
    const { id } = office.person();
    const event = eventFor(id);
    for (let times = 0; times < 3; times += 1) await office.deliver(event);
    await office.send();
    expect(await office.noticesOf(id)).toMatchObject([{ kind, body: expect.stringContaining('10 Jan 2026, 16:30 UTC') }]);
    expect(office.smtp.mails).toHaveLength(1);
    expect(office.smtp.mails[0]?.text).toContain('10 Jan 2026, 16:30 UTC');
  }); // prettier-ignore

  it.each([RevocationReason.LOGGED_OUT, RevocationReason.REVOKED, RevocationReason.PASSWORD_CHANGED, RevocationReason.ROLE_CHANGED])(
    'nothing of the end of a session for reason %i',
    async (reason) => {
      const { id } = office.person();
      await office.deliver(office.event('shopverse.auth.v1.SessionRevoked', { userId: id, sessionId: newId(), reason, revokedAt: at }));
      expect(await office.noticesOf(id)).toEqual([]);
    },
  );
});
