import { describe, expect, it } from '@jest/globals';
import { edge, newCustomer } from '../customer.ts';

const home = {
  recipient: 'Ravi Iyer',
  street: '4 Park Street',
  city: 'Kolkata',
  state: 'West Bengal',
  postalCode: '700016',
  countryCode: 'IN',
};

describe('the export of one’s own data', () => {
  it('is a JSON document of the caller alone, with the parts of every service', async () => {
    const [ravi, other] = [await newCustomer(), await newCustomer()];
    for (const { token } of [ravi, other]) {
      const made = await edge('/v1/users/me/addresses', { method: 'POST', token, body: { label: 'Home', postalAddress: home } });
      expect([made.status, made.text]).toEqual([200, expect.any(String)]);
    }
    const answer = await edge('/v1/users/me:export', ravi);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(answer.json).toMatchObject({
      profile: { id: ravi.userId, email: ravi.email },
      addresses: [{ label: 'Home', postalAddress: home }],
      sessions: [{ current: true }],
      orders: [],
      payments: [],
      notifications: expect.any(Array),
      missing: [],
    });
    expect(answer.text).not.toContain(other.email);
  });

  it('needs an access token', async () => {
    expect((await edge('/v1/users/me:export')).status).toBe(401);
  });
});
