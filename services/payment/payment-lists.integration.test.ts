import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PaymentState, type Payment } from '@shopverse/contracts/shopverse/payment/v1/payment';
import type { ListPaymentsRequest } from '@shopverse/contracts/shopverse/payment/v1/payment_service';
import { newId } from '@shopverse/mesh/ids';
import { sql } from 'kysely';
import { paymentStates } from './domain/payment-state.ts';
import { providerNames } from './providers/names.ts';
import { newestPayments, type PaymentFilter } from './store/payment-list.ts';
import { reasonOf } from './testing/reason-of.ts';
import { PaymentScene } from './testing/payment-scene.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const COUNT = 3_000;
const asha = newId();
const anOrder = newId();

let shop: PaymentScene;
beforeAll(async () => {
  shop = await PaymentScene.open();
  // One payment a second; one in ten is Asha's, one in three Stripe's, and two of each moment share their time.
  await shop.rows(sql`
    insert into payments (id, order_id, customer_id, state, currency, amount_minor, provider, provider_order_id, provider_key_id, provider_payment_id,
      refunded_minor, created_at, updated_at)
    select gen_random_uuid(), case when n = 1500 then ${anOrder}::uuid else gen_random_uuid() end,
      case when n % 10 = 0 then ${asha}::uuid else gen_random_uuid() end, state, 'INR', 1000,
      case when n % 3 = 0 then 'stripe' else 'razorpay' end, 'order_' || n, 'key', case when state in ('CREATED', 'FAILED') then null else 'pay_' || n end,
      case state when 'REFUNDED' then 1000 when 'PARTIALLY_REFUNDED' then 1 else 0 end, at, at
    from (select n, (${paymentStates}::text[])[1 + n % 5] as state, ${new Date(START)}::timestamptz + (n / 2) * interval '2 second' as at
      from generate_series(0, ${COUNT - 1}) as n) as made`);
  await shop.rows(sql`analyze payments`);
}, 120_000);
afterAll(() => shop.close());

const nothing = {
  pageSize: 100,
  pageToken: '',
  states: [],
  provider: '',
  createdFrom: undefined,
  createdTo: undefined,
  customerId: '',
  orderId: '',
};
const list = (request: Partial<ListPaymentsRequest>) =>
  shop.as({ role: 'ADMIN' }, (payments) => payments.listPayments({ ...nothing, ...request }));
async function all(request: Partial<ListPaymentsRequest>): Promise<Payment[]> {
  const found: Payment[] = [];
  for (let pageToken = ''; ;) {
    const page = await list({ ...request, pageToken });
    found.push(...page.payments);
    if (page.nextPageToken === '') return found;
    pageToken = page.nextPageToken;
  }
}
const minutes = (count: number) => new Date(START + count * 60_000);

describe("the admins' list of payments", () => {
  it('has each payment once, newest first, whatever the size of its pages', async () => {
    const found = await all({ pageSize: 77 });
    expect(new Set(found.map(({ id }) => id)).size).toBe(COUNT);
    const times = found.map(({ createdAt }) => createdAt?.getTime() ?? 0);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  it.each<[string, Partial<ListPaymentsRequest>, number]>([
    ['one state', { states: [PaymentState.FAILED] }, 600],
    ['two states', { states: [PaymentState.FAILED, PaymentState.REFUNDED] }, 1_200],
    ['a provider', { provider: 'stripe' }, 1_000],
    ['a provider that is none', { provider: 'paypal' }, 0],
    ['a customer', { customerId: asha }, 300],
    ["a customer's at a provider", { customerId: asha, provider: 'stripe' }, 100],
    ['a time', { createdFrom: minutes(10), createdTo: minutes(20) }, 600],
    [
      'a time, a state and a provider',
      { createdFrom: minutes(10), createdTo: minutes(20), states: [PaymentState.CREATED], provider: 'stripe' },
      40,
    ],
    ['an order', { orderId: anOrder }, 1],
    ["somebody else's order", { orderId: anOrder, customerId: newId() }, 0],
  ])('is narrowed down by %s', async (_what, request, count) => {
    expect(await all(request)).toHaveLength(count);
  });

  it('refuses a token of another list', async () => {
    const { nextPageToken } = await list({ pageSize: 1 });
    for (const request of [{ provider: 'stripe' }, { states: [PaymentState.FAILED] }, { createdTo: new Date() }])
      expect(await reasonOf(list({ ...request, pageToken: nextPageToken }))).toBe('INVALID_PAGE_TOKEN');
    expect(await reasonOf(list({ pageToken: 'x' }))).toBe('INVALID_PAGE_TOKEN');
    expect(await reasonOf(list({ createdFrom: minutes(2), createdTo: minutes(1) }))).toBe('INVALID_REQUEST');
  });

  it('is not for customers', async () => {
    expect(await reasonOf(shop.as({}, (payments) => payments.listPayments(nothing)))).toBe('ROLE_NOT_ALLOWED');
  });
});

describe("a customer's list of payments", () => {
  it('has their own and nobody else’s', async () => {
    const mine = await shop.as({ userId: asha }, (payments) => payments.listMyPayments({ pageSize: 100, pageToken: '' }));
    expect(mine.payments).toHaveLength(100);
    expect(new Set(mine.payments.map(({ customerId }) => customerId))).toEqual(new Set([asha]));
    const { payments: nobodys } = await shop.as({}, (payments) => payments.listMyPayments({ pageSize: 0, pageToken: '' }));
    expect(nobodys).toEqual([]);
    const others = shop.as({}, (payments) => payments.listMyPayments({ pageSize: 1, pageToken: mine.nextPageToken }));
    expect(await reasonOf(others)).toBe('INVALID_PAGE_TOKEN');
  });
});

describe('a list', () => {
  const any = {
    states: [],
    providers: providerNames,
    createdFrom: undefined,
    createdTo: undefined,
    customerId: undefined,
    orderId: undefined,
  };
  const after = { createdAt: minutes(15), id: newId() };
  it.each<[string, Partial<PaymentFilter>, string]>([
    ['of all', {}, 'payments_by_state'],
    ['of some states at a provider', { states: ['FAILED', 'CREATED'], providers: ['stripe'] }, 'payments_by_state'],
    ['of a time', { createdFrom: minutes(10), createdTo: minutes(20) }, 'payments_by_state'],
    ['of a customer', { customerId: asha }, 'payments_of_customer'],
    ['of an order', { orderId: anOrder }, 'payments_by_order'],
  ])('%s is served by its index and never by reading all', async (_what, filter, index) => {
    for (const position of [undefined, after]) {
      const rows = await shop.rows(sql<{ 'QUERY PLAN': string }>`explain ${newestPayments({ ...any, ...filter }, position, 11)}`);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toContain(index);
      expect(plan).not.toContain('Seq Scan on payments');
    }
  });
});
