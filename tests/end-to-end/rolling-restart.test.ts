import { describe, expect, it } from '@jest/globals';
import { SERVICES } from '@shopverse/local/services';
import { admin, edge, newCustomer, placeOrder } from '../customer.ts';
import { shopverse } from '../shop.ts';

const MINUTE = 60_000;

describe('a rolling restart of every service', () => {
  it(
    'under load, reads and orders, fails no request',
    async () => {
      const [customer, boss] = [await newCustomer(), await admin()];
      const made = async (path: string, body: object) =>
        (await edge(path, { method: 'POST', token: boss.token, body })).json as { id: string };
      const { id: categoryId } = await made('/v1/categories', { name: 'Lamps that stay on' });
      const wanted = {
        name: 'Lamp that stays on',
        brand: 'Kavira',
        categoryId,
        price: { currencyCode: 'INR', units: '1299' },
        initialStock: '100000',
      };
      const product = await made('/v1/products', wanted);
      // One of each service, and one that takes several.
      const requests: readonly (readonly [string, () => Promise<{ readonly status: number }>])[] = [
        ['auth', () => edge('/v1/auth/sessions', { token: customer.token })],
        ['user', () => edge('/v1/users/me', { token: customer.token })],
        ['product', () => edge('/v1/products?pageSize=1')],
        ['order', () => edge('/v1/users/me/orders', { token: customer.token })],
        ['payment', () => edge('/v1/payments', { token: boss.token })],
        ['notification', () => edge('/v1/users/me/notifications', { token: customer.token })],
        ['recommendation', () => edge('/v1/users/me/recommendations', { token: customer.token })],
        ['analytics', () => edge('/v1/analytics/dashboard', { token: boss.token })],
        ['an order', () => placeOrder(customer, product.id, 1)],
      ];
      const answers = new Map<string, Map<number, number>>();
      let going = true;
      const loops = requests.map(async ([name, ask]) => {
        const seen = new Map<number, number>();
        answers.set(name, seen);
        while (going) {
          const { status } = await ask();
          seen.set(status, (seen.get(status) ?? 0) + 1);
          await new Promise((resolve) => setTimeout(resolve, 250)); // load, not overload: the restarted need a core, too
        }
      });
      const { code, output } = await shopverse(['restart'], { timeoutMs: 8 * MINUTE }).finally(() => (going = false));
      await Promise.all(loops);

      expect([code, output.split('\n').map((line) => line.replace(/, in .*/, ''))]).toEqual([
        0,
        [...SERVICES.map(({ name }) => `${name} was restarted`), ''],
      ]);
      expect([...answers].map(([name, seen]) => [name, [...seen.keys()]])).toEqual(requests.map(([name]) => [name, [200]]));
      for (const seen of answers.values()) expect(seen.get(200)).toBeGreaterThan(50);
    },
    10 * MINUTE,
  );
});
