import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { orderStories } from './order-stories.ts';
import type { Query, Stores } from './stores.ts';

const id = (number: number) => `00000000-0000-7000-8000-${String(number + 1).padStart(12, '0')}`;
const at = new Date();

/** A table in the order of `key`, of which one answer has so many rows at most. */
function table(key: string, rows: readonly Readonly<Record<string, unknown>>[]): Query {
  return async <Row extends object>(_text: string, [after, size]: readonly unknown[] = []) => {
    const behind = rows.filter((row) => String(row[key]) > String(after)).toSorted((a, b) => (String(a[key]) < String(b[key]) ? -1 : 1));
    return behind.slice(0, Number(size)) as unknown as Row[];
  };
}

describe('the stories of all orders', () => {
  it('are told once each, with all that any service knows, however little is read at a time', async () => {
    const numbers = fc.uniqueArray(fc.nat({ max: 40 }), { maxLength: 25 });
    const anyPayments = fc.array(fc.nat({ max: 40 }), { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(numbers, anyPayments, numbers, fc.integer({ min: 1, max: 7 }), async (orders, payments, reservations, size) => {
        // An order has fewer payments than one answer has rows.
        const few = payments.filter((order, index) => payments.slice(0, index).filter((other) => other === order).length < size - 1);
        const stores = {
          order: table('id', orders.map((n) => ({ id: id(n), state: 'CONFIRMED', currency: 'INR', total_minor: '1', payment_id: null, created_at: at, updated_at: at, lines: [], history: [] }))),
          payment: table('order_id', few.map((n, index) => ({ id: `pay ${index}`, order_id: id(n), state: 'SUCCEEDED', currency: 'INR', amount_minor: '1', refunded_minor: '0', refunding_minor: '0', booked_minor: '1', updated_at: at }))),
          product: table('order_id', reservations.map((n) => ({ order_id: id(n), state: 'ACTIVE', expires_at: at, changed_at: at, items: [] }))),
        } as unknown as Stores; // prettier-ignore
        const told = new Map<string, string>();
        for await (const { stories } of orderStories(stores, size)) {
          for (const { orderId, order, payments: paid, reservation } of stories) {
            expect(told.has(orderId)).toBe(false);
            told.set(orderId, `${order !== undefined} ${paid.map((payment) => payment.id).toSorted().join()} ${reservation !== undefined}`); // prettier-ignore
          }
        }
        const all = new Set([...orders, ...few, ...reservations]);
        const expected = [...all].map((n) => {
          const paid = few.flatMap((order, index) => (order === n ? [`pay ${index}`] : []));
          return [id(n), `${orders.includes(n)} ${paid.toSorted().join()} ${reservations.includes(n)}`] as const;
        });
        expect(told).toEqual(new Map(expected));
      }),
    );
  });
});
