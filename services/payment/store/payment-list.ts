import { sql, type RawBuilder } from 'kysely';
import { paymentStates, type PaymentState } from '../domain/payment-state.ts';
import type { PaymentSnapshot } from '../domain/payment.ts';
import { PaymentEntity } from './entities.ts';
import type { PaymentDatabase } from './payment-repository.ts';
import { paymentOf } from './payment-row.ts';

/** Which payments are wanted. */
export interface PaymentFilter {
  /** Any when empty. */
  readonly states: readonly PaymentState[];
  /** Any of these; who asks knows all there are. */
  readonly providers: readonly string[];
  readonly createdFrom: Date | undefined;
  readonly createdTo: Date | undefined;
  readonly customerId: string | undefined;
  readonly orderId: string | undefined;
}

/** Where the page before ended. */
export interface PaymentPosition {
  readonly createdAt: Date;
  readonly id: string;
}

/**
 * Payments, newest first, at most `limit`. One order's are served by `payments_by_order`, one customer's by `payments_of_customer`, and all by one probe of
 * `payments_by_state` for each provider and state, none of which reads more than `limit` rows.
 */
export function newestPayments(filter: PaymentFilter, after: PaymentPosition | undefined, limit: number): RawBuilder<unknown> {
  const states = filter.states.length === 0 ? paymentStates : filter.states;
  const range = sql.join(
    [
      sql`true`,
      ...(filter.createdFrom === undefined ? [] : [sql`created_at >= ${filter.createdFrom}`]),
      ...(filter.createdTo === undefined ? [] : [sql`created_at < ${filter.createdTo}`]),
      ...(after === undefined ? [] : [sql`(created_at, id) < (${after.createdAt}, ${after.id}::uuid)`]),
    ],
    sql` and `,
  );
  const newest = (where: RawBuilder<unknown>) =>
    sql`select * from payments where ${where} and ${range} order by created_at desc, id desc limit ${limit}`;
  const among = sql`state = any(${states}) and provider = any(${filter.providers})`;
  const { orderId, customerId } = filter;
  const ofCustomer = customerId === undefined ? sql`true` : sql`customer_id = ${customerId}`;
  const ofAll = sql`
    select payment.* from unnest(${states}::text[]) as s (state) cross join unnest(${filter.providers}::text[]) as p (provider)
    cross join lateral (${newest(sql`payments.provider = p.provider and payments.state = s.state`)}) as payment
    order by payment.created_at desc, payment.id desc limit ${limit}`;
  const ofSomebody = newest(sql`${ofCustomer} and ${among}`);
  const ofOrder = newest(sql`order_id = ${orderId} and ${ofCustomer} and ${among}`);
  return orderId !== undefined ? ofOrder : customerId !== undefined ? ofSomebody : ofAll;
}

/** See `newestPayments`. */
export async function listPayments(
  database: PaymentDatabase,
  filter: PaymentFilter,
  after: PaymentPosition | undefined,
  limit: number,
): Promise<readonly PaymentSnapshot[]> {
  const { rows } = await newestPayments(filter, after, limit).execute(database.sql);
  return database.read(async (em) => rows.map((row) => paymentOf(em.map(PaymentEntity, row as never)).snapshot));
}
