import { sql } from 'kysely';
import type { PaymentDatabase, PaymentTransaction } from './payment-repository.ts';

/** A payment to ask the provider about. */
export interface DuePayment {
  readonly id: string;
  readonly provider: string;
  readonly provider_order_id: string;
  readonly state: string;
  /** Whether it is so old that the provider is asked for the last time. */
  readonly last: boolean;
}

/** How payments are asked about. */
export interface Schedule {
  /** Wait after the first question, in milliseconds; doubles with each, up to `longestMs`. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** Age at which it is asked about for the last time, in milliseconds. */
  readonly giveUpMs: number;
}

/**
 * Takes the payments that it is time to ask about, at most `limit`, and puts each one's next time into its row in the same statement: a replica that dies while
 * asking leaves them to the next round, and two replicas never take the same. Served by `payments_to_reconcile`.
 */
export async function takeDuePayments(
  database: PaymentDatabase,
  now: Date,
  limit: number,
  schedule: Schedule,
): Promise<readonly DuePayment[]> {
  const { firstMs, longestMs, giveUpMs } = schedule;
  const query = sql<DuePayment>`
    with due as (
      select id from payments where reconcile_at <= ${now} order by reconcile_at limit ${limit} for update skip locked
    )
    update payments set
      reconcile_tries = reconcile_tries + 1,
      reconcile_at = ${now}::timestamptz + least(${firstMs}::float8 * 2 ^ least(reconcile_tries, 30), ${longestMs}::float8) * interval '1 millisecond'
    from due where payments.id = due.id
    returning payments.id, provider, provider_order_id, state, created_at <= ${new Date(now.getTime() - giveUpMs)} as last`;
  const { rows } = await query.execute(database.sql);
  return rows;
}

/** Asks no more about a payment. */
export async function stopAsking(tx: PaymentTransaction, id: string): Promise<void> {
  await tx.sql.updateTable('payments').set({ reconcile_at: null }).where('id', '=', id).execute();
}
