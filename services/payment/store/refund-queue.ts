import { sql } from 'kysely';
import type { PaymentDatabase } from './payment-repository.ts';

/** A refund that something is to be done about. */
export interface DueRefund {
  readonly id: string;
  readonly payment_id: string;
  readonly provider: string;
  readonly created_at: Date;
  /** How often it was taken up since its state last changed, this time included. */
  readonly tries: number;
}

/** When a refund that is not done is taken up again. */
export interface RefundSchedule {
  /** Wait after the first try, in milliseconds; doubles with each, up to `longestMs`, and up to half as much again by chance. */
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * Takes refunds whose time has come, at most `limit`, and puts each one's next time into its row in the same statement: a replica that dies at it leaves
 * them to the next try, and two replicas never take the same. Served by `refunds_due`.
 */
export async function takeDueRefunds(
  database: PaymentDatabase,
  now: Date,
  limit: number,
  { firstMs, longestMs }: RefundSchedule,
): Promise<readonly DueRefund[]> {
  const query = sql<Omit<DueRefund, 'created_at'> & { readonly created_at: string | Date }>`
    with due as (
      select id from refunds where next_try_at <= ${now} order by next_try_at limit ${limit} for update skip locked
    )
    update refunds set
      tries = tries + 1,
      next_try_at = ${now}::timestamptz
        + least(${firstMs}::float8 * 2 ^ least(tries, 30), ${longestMs}::float8) * (1 + random() / 2) * interval '1 millisecond'
    from due where refunds.id = due.id
    returning refunds.id, payment_id, provider, created_at, tries`;
  const { rows } = await query.execute(database.sql);
  return rows.map((row) => ({ ...row, created_at: new Date(row.created_at) }));
}

/** How many refunds are under way, and since when the oldest is. Served by `refunds_due`. */
export async function refundBacklog(database: PaymentDatabase): Promise<{ readonly count: number; readonly oldest: Date | undefined }> {
  const query = sql<{ count: number; oldest: string | Date | null }>`
    select count(*)::int as count, min(created_at) as oldest from refunds where next_try_at is not null`;
  const { rows } = await query.execute(database.sql);
  const { count = 0, oldest = null } = rows[0] ?? {};
  return { count, oldest: oldest === null ? undefined : new Date(oldest) };
}
