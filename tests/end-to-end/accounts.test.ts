import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/local/demo/eventually';
import { admin, edge, newCustomer, theStack, type EdgeAnswer } from '../customer.ts';

const MINUTE = 60_000;
const post = (path: string, body: unknown, token?: string, headers = {}) =>
  edge(`/v1/auth/${path}`, { method: 'POST', body, token, headers });
const reasonOf = ({ json }: EdgeAnswer) => (json as { details?: { reason?: string }[] }).details?.[0]?.reason;
const answerOf = (answer: EdgeAnswer) => [answer.status, answer.status === 200 ? undefined : reasonOf(answer)];

/** Somebody whose password is known here. */
async function newAccount() {
  const [email, password] = [`${randomUUID()}@example.com`, `a long password ${randomUUID()}`];
  const { json } = await post('register', { fullName: 'Asha Rao', email, password });
  return { email, password, userId: (json as { userId: string }).userId };
}
async function signIn({ email, password }: { email: string; password: string }, userAgent = 'curl/8.5.0') {
  const { json, status } = await post('login', { email, password }, undefined, { 'user-agent': userAgent });
  expect(status).toBe(200);
  return json as { accessToken: string; refreshToken: string };
}
interface Session {
  readonly id: string;
  readonly device: string;
  readonly clientAddress: string;
  readonly current: boolean;
}
const sessionsOf = async (token: string) => ((await edge('/v1/auth/sessions', { token })).json as { sessions: Session[] }).sessions;

/** The text of the newest mail to somebody with this subject. */
async function mailTo(email: string, subject: string): Promise<string> {
  const { addresses } = await theStack();
  const page = `${addresses.mailPage}/api/messages`;
  const get = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(5_000) })).json();
  return eventually(
    `the mail "${subject}"`,
    async () => {
      const { messages } = (await get(`${page}?to=${encodeURIComponent(email)}`)) as { messages: { id: string; subject: string }[] };
      const found = messages.find((message) => message.subject === subject);
      return found === undefined ? undefined : ((await get(`${page}/${found.id}`)) as { text: string }).text;
    },
    { timeoutMs: MINUTE, intervalMs: 300 },
  );
}

describe('an account', () => {
  it(
    'shows its sessions, and ends them one by one or all',
    async () => {
      const account = await newAccount();
      const phone = await signIn(
        account,
        'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
      );
      const laptop = await signIn(account);
      const sessions = await sessionsOf(laptop.accessToken);
      expect(sessions).toMatchObject([
        { device: 'curl', clientAddress: '127.0.0.1', current: true },
        { device: 'Chrome on Android', clientAddress: '127.0.0.1', current: false },
      ]);
      const end = (id: string, token: string) => edge(`/v1/auth/sessions/${id}`, { method: 'DELETE', token });
      const { token: stranger } = await newCustomer();
      expect(answerOf(await end(sessions[1]?.id ?? '', stranger))).toEqual([404, 'SESSION_NOT_FOUND']);
      expect((await end(sessions[1]?.id ?? '', laptop.accessToken)).status).toBe(200);
      expect(answerOf(await post('token:refresh', { refreshToken: phone.refreshToken }))).toEqual([401, 'INVALID_REFRESH_TOKEN']);
      expect((await post('logout:everywhere', {}, laptop.accessToken)).json).toMatchObject({ endedSessions: 1 });
      expect(answerOf(await post('token:refresh', { refreshToken: laptop.refreshToken }))).toEqual([401, 'INVALID_REFRESH_TOKEN']);
    },
    MINUTE,
  );

  it(
    'has its password changed by who knows it, or by a mailed link',
    async () => {
      const account = await newAccount();
      const { accessToken } = await signIn(account);
      const changed = `another password ${randomUUID()}`;
      const change = (oldPassword: string, newPassword: string) => post('password:change', { oldPassword, newPassword }, accessToken);
      expect(answerOf(await change('a wrong one', changed))).toEqual([401, 'INVALID_CREDENTIALS']);
      expect(answerOf(await change(account.password, 'password123'))).toEqual([400, 'PASSWORD_REFUSED']);
      expect((await change(account.password, changed)).status).toBe(200);
      await signIn({ email: account.email, password: changed });
      await mailTo(account.email, 'Your password was changed');

      const nobody = await post('password:requestReset', { email: `${randomUUID()}@example.com` });
      const somebody = await post('password:requestReset', { email: account.email.toUpperCase() });
      expect([nobody.status, nobody.text]).toEqual([200, somebody.text]);
      const token = /#token=([\w-]+)/.exec(await mailTo(account.email, 'Set a new password'))?.[1] ?? '';
      const newPassword = `a third password ${randomUUID()}`;
      expect((await post('password:reset', { token, newPassword })).status).toBe(200);
      expect(answerOf(await post('password:reset', { token, newPassword }))).toEqual([400, 'INVALID_RESET_TOKEN']);
      await signIn({ email: account.email, password: newPassword });
      expect(answerOf(await post('login', { email: account.email, password: changed }))).toEqual([401, 'INVALID_CREDENTIALS']);
    },
    2 * MINUTE,
  );

  it(
    'is given roles by admins, but never the last one’s, and what happened to it is on record',
    async () => {
      const [boss, account, { token: stranger }] = [await admin(), await newAccount(), await newCustomer()];
      const setRole = (id: string, role: string, token: string) => post(`accounts/${id}:setRole`, { role }, token);
      expect(answerOf(await setRole(account.userId, 'ROLE_ADMIN', stranger))).toEqual([403, 'ROLE_NOT_ALLOWED']);
      expect((await setRole(account.userId, 'ROLE_ADMIN', boss.token)).json).toMatchObject({ id: account.userId, role: 'ROLE_ADMIN' });
      await mailTo(account.email, 'You are an administrator now');
      const { accessToken } = await signIn(account);
      expect((await edge('/v1/auth/securityEvents', { token: accessToken })).status).toBe(200);
      expect((await setRole(account.userId, 'ROLE_CUSTOMER', accessToken)).status).toBe(200);
      expect(answerOf(await setRole(boss.userId, 'ROLE_CUSTOMER', boss.token))).toEqual([400, 'LAST_ADMIN']);
      expect(answerOf(await setRole(randomUUID(), 'ROLE_ADMIN', boss.token))).toEqual([404, 'ACCOUNT_NOT_FOUND']);
      const { json, status } = await edge(`/v1/auth/securityEvents?userId=${account.userId}&pageSize=2`, { token: boss.token });
      expect(status).toBe(200);
      const { events } = json as { events: { type: string }[] };
      expect(events.map(({ type }) => type).sort()).toEqual(['SECURITY_EVENT_TYPE_ROLE_CHANGED', 'SECURITY_EVENT_TYPE_SESSION_REVOKED']);
      expect(events[0]).toMatchObject({ actorId: account.userId, clientAddress: '127.0.0.1', requestId: expect.any(String) });
      expect((await edge('/v1/auth/securityEvents', { token: stranger })).status).toBe(403);
    },
    2 * MINUTE,
  );
});
