import type { ClickHouseClient } from '@clickhouse/client';

/** Every table that is made of the events. All of them can be made anew, as far back as single events are kept. */
export const derivedTables = ['users', 'orders', 'payments', 'refunds', 'sales', 'occurrences', 'progress'] as const;

/** What the tables would be made of. */
export interface RebuildPlan {
  /** Days of which there are events, "2026-03-10", oldest first. */
  readonly days: readonly string[];
  readonly events: bigint;
  /** Events that are in the figures, but kept no longer: they would be missing afterwards. */
  readonly forgotten: bigint;
}

/** Looks at what the figures can be made of anew; changes nothing. */
export async function planRebuild(client: ClickHouseClient): Promise<RebuildPlan> {
  const answer = await client.query({
    query: `
      SELECT (SELECT groupArray(day) FROM (SELECT DISTINCT toString(toDate(time)) AS day FROM events ORDER BY day)) AS days,
        toString((SELECT count() FROM events FINAL)) AS events,
        toString((SELECT count() FROM occurrences FINAL WHERE sipHash64(event_id) NOT IN (SELECT sipHash64(event_id) FROM events))) AS forgotten`,
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ days: string[]; events: string; forgotten: string }>();
  return { days: row?.days ?? [], events: BigInt(row?.events ?? 0), forgotten: BigInt(row?.forgotten ?? 0) };
}

/**
 * Empties the tables and makes them of the kept events again, a day at a time: the events are written once more, to themselves, and go through the views as
 * they did when they came. That leaves each of them once, as any other delivery does. Broken off, it is to be run again. Nothing may consume meanwhile.
 */
export async function rebuildFigures(client: ClickHouseClient, { days }: Pick<RebuildPlan, 'days'>): Promise<void> {
  for (const table of derivedTables) await client.command({ query: `TRUNCATE TABLE ${table}` });
  for (const day of days) {
    await client.command({
      query: 'INSERT INTO events SELECT * FROM events FINAL WHERE toDate(time) = {day: Date}',
      query_params: { day },
    });
  }
}
