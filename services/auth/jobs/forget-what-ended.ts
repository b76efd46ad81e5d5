import { sql } from 'kysely';
import type { Postgres } from '@shopverse/mesh/store/postgres';

/** What the job needs. */
export interface ForgetWhatEndedDeps {
  readonly database: Postgres;
  readonly clock: () => Date;
  /** Time without a try after which failed log-ins are forgotten, in milliseconds. */
  readonly forgetMs: number;
  /** How long the audit trail is kept, in milliseconds. */
  readonly trailMs: number;
}

/** Rows of one statement, so that none runs long. */
const BATCH = 500;
/** Statements of one run; what is left waits for the next. */
const MOST_BATCHES = 20;

/** Deletes sessions that are over by time, with their refresh tokens, password resets that are over, what the audit trail need not tell any more, and failed log-ins that no longer count. Replicas may run it at once. */
export function forgetWhatEnded({ database, clock, forgetMs, trailMs }: ForgetWhatEndedDeps) {
  return async (signal: AbortSignal): Promise<void> => {
    const now = clock();
    const forgotten = new Date(now.getTime() - forgetMs);
    await inBatches(signal, async () => {
      const ended = sql`select id from sessions where expires_at <= ${now} order by expires_at limit ${BATCH} for update skip locked`;
      return (await sql`delete from sessions where id in (${ended})`.execute(database.sql)).numAffectedRows;
    });
    await inBatches(signal, () =>
      database.transaction(async (tx) => {
        // The trigger of the table lets nobody else delete.
        await sql`select set_config('shopverse.retention', 'on', true)`.execute(tx.sql);
        const old = sql`
          select id from security_events where occurred_at <= ${new Date(now.getTime() - trailMs)}
          order by occurred_at limit ${BATCH} for update skip locked`;
        return (await sql`delete from security_events where id in (${old})`.execute(tx.sql)).numAffectedRows;
      }),
    );
    await inBatches(signal, async () => {
      const over = sql`select id from password_resets where expires_at <= ${forgotten} order by expires_at limit ${BATCH} for update skip locked`;
      return (await sql`delete from password_resets where id in (${over})`.execute(database.sql)).numAffectedRows;
    });
    await inBatches(signal, async () => {
      const past = sql`
        select address from login_failures where last_tried_at <= ${forgotten} and locked_until <= ${now}
        order by last_tried_at limit ${BATCH} for update skip locked`;
      return (await sql`delete from login_failures where address in (${past})`.execute(database.sql)).numAffectedRows;
    });
  };
}

async function inBatches(signal: AbortSignal, deleteBatch: () => Promise<bigint | undefined>): Promise<void> {
  for (let batch = 0; batch < MOST_BATCHES && !signal.aborted; batch += 1) {
    if ((await deleteBatch()) !== BigInt(BATCH)) return;
  }
}
