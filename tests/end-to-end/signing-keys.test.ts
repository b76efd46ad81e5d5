import { expect, it } from '@jest/globals';
import { admin, edge, newCustomer } from '../customer.ts';
import { shopverse, shopverseJson } from '../shop.ts';

interface Rotated {
  readonly kid: string;
  readonly signs_from: string;
}

it('a signing key is rotated by command: everybody can know the next one before it signs, and tokens stay good', async () => {
  const customer = await newCustomer();
  const rotated = await shopverseJson<Rotated>(['keys', 'rotate']);
  expect(rotated.code).toBe(0);
  expect(Date.parse(rotated.signs_from)).not.toBeNaN();
  const { keys } = (await edge('/.well-known/jwks.json')).json as { keys: { kid: string }[] };
  expect(keys.map(({ kid }) => kid)).toContain(rotated.kid);
  expect((await edge('/v1/users/me', { token: customer.token })).status).toBe(200);
  const { output } = await shopverse(['keys', 'rotate']);
  expect(output).toMatch(/^Key \S+ signs from \d{4}-\d\d-\d\dT\S+ on\.\n$/);
  const { json } = await edge('/v1/auth/securityEvents?pageSize=50', { token: (await admin()).token });
  expect(JSON.stringify(json)).toContain('SIGNING_KEY');
});
