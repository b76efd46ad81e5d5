import { describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/local/demo/eventually';
import { edge, newCustomer } from '../customer.ts';

describe('an access token of a session that was ended', () => {
  it('is refused by every service within a minute, though it has not expired; those of others are not', async () => {
    const [ended, other] = [await newCustomer(), await newCustomer()];
    // The last is public: who believes to be signed in must learn that they are not.
    const paths = [
      '/v1/users/me',
      '/v1/cart',
      '/v1/users/me/notifications',
      '/v1/users/me/payments',
      '/v1/users/me/recommendations',
      '/v1/products?pageSize=1',
    ];
    for (const path of paths) expect([path, (await edge(path, ended)).status]).toEqual([path, 200]);
    expect((await edge('/v1/auth/logout', { method: 'POST', token: ended.token, body: {} })).status).toBe(200);
    for (const path of paths) {
      const refusal = await eventually(
        `the refusal of ${path}`,
        async () => {
          const answer = await edge(path, { token: ended.token });
          return answer.status === 200 ? undefined : answer;
        },
        { timeoutMs: 60_000, intervalMs: 500 },
      );
      expect(refusal).toMatchObject({
        status: 401,
        json: { code: 16, details: [{ reason: 'SESSION_REVOKED' }, { requestId: expect.any(String) }] },
      });
      expect(refusal.headers.get('www-authenticate')).toBe('Bearer realm="shopverse", error="invalid_token"');
      expect([path, (await edge(path, { token: other.token })).status]).toEqual([path, 200]);
    }
  }, 90_000);
});
