import type { Stores } from './stores.ts';

/** Money that a service has found it must give back, and has not yet said that it did. */
export interface Debt {
  readonly orderId: string;
  readonly since: Date;
  readonly why: string;
}

/** Most debts that are looked at: a shop with more of them is broken whatever else is found. */
const MOST = 10_000;

const UNWANTED = `
  select order_id::text, received_at as since, reason, payment_id::text from unwanted_payments where settled_at is null order by received_at limit ${MOST}`;
const DISCREPANCIES = `
  select p.order_id::text, d.found_at as since, d.kind as reason, d.provider_payment_id as payment_id
  from discrepancies d join payments p on p.id = d.payment_id where d.settled_at is null order by d.found_at limit ${MOST}`;

/** What the order service owes for payments that no order wants, and the payment service for money that came twice or in another amount. */
export async function debts({ order, payment }: Pick<Stores, 'order' | 'payment'>): Promise<Debt[]> {
  type Row = { order_id: string; since: Date; reason: string; payment_id: string };
  const [unwanted, discrepancies] = await Promise.all([order<Row>(UNWANTED), payment<Row>(DISCREPANCIES)]);
  const debt = ({ order_id: orderId, since, reason, payment_id: id }: Row): Debt => ({
    orderId,
    since,
    why: `payment ${id} is owed back (${reason}) and nobody has settled it`,
  });
  return [...unwanted, ...discrepancies].map(debt);
}
