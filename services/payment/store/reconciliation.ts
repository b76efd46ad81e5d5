import { sql } from 'kysely';
import type { PaymentDatabase, PaymentTransaction } from './payment-repository.ts';

/** A payment to ask the provider about. */
export interface DuePayment {
  readonly id: string;
  readonly provider: string;
  readonly provider_order_id: string;
  readonly state: string;
  /** The try that has captured the money; null when none has. */
  readonly provider_payment_id: string | null;
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
  /** Age at which one that has succeeded is asked about, in milliseconds, and then at four times its age each: it may have been paid twice, and the notice of it lost. */
  readonly paidAfterMs: number;
}

/**
 * Takes the payments that it is time to ask about, at most `limit`, and puts each one's next time into its row in the same statement: a replica that dies while
 * asking leaves them to the next round, and two replicas never take the same. One that has succeeded and is younger than `paidAfterMs` is only put off
 * until then. Served by `payments_to_reconcile`.
 */
export async function takeDuePayments(
  database: PaymentDatabase,
  now: Date,
  limit: number,
  schedule: Schedule,
): Promise<{ readonly due: readonly DuePayment[]; readonly more: boolean }> {
  const { firstMs, longestMs, giveUpMs, paidAfterMs } = schedule;
  const span = (ms: number) => sql`(${ms}::float8 * interval '1 millisecond')`;
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const paid = sql`state not in ('CREATED', 'FAILED')`;
  const query = sql<DuePayment & { readonly early: boolean }>`
    with due as (
      select id from payments where reconcile_at <= ${now} order by reconcile_at limit ${limit} for update skip locked
    )
    update payments set
      reconcile_tries = reconcile_tries + 1,
      reconcile_at = case
        when ${paid} and created_at > ${ago(paidAfterMs)} then created_at + ${span(paidAfterMs)}
        when ${paid} then created_at + least(4 * (${now}::timestamptz - created_at), ${span(giveUpMs)})
        else ${now}::timestamptz + least(${firstMs}::float8 * 2 ^ least(reconcile_tries, 30), ${longestMs}::float8) * interval '1 millisecond'
      end
    from due where payments.id = due.id
    returning payments.id, provider, provider_order_id, state, provider_payment_id, created_at <= ${ago(giveUpMs)} as last,
      ${paid} and created_at > ${ago(paidAfterMs)} as early`;
  const { rows } = await query.execute(database.sql);
  return { due: rows.filter(({ early }) => !early), more: rows.length === limit };
}

/** Asks no more about a payment. */
export async function stopAsking(tx: PaymentTransaction, id: string): Promise<void> {
  await tx.sql.updateTable('payments').set({ reconcile_at: null }).where('id', '=', id).execute();
}
