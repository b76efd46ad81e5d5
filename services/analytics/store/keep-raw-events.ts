import type { ClickHouseClient } from '@clickhouse/client';

/**
 * Lets single events go when they are so old, a month's part at a time. The tables that figures are made of keep their rows: an event that comes again after
 * that, or comes so late, still finds them as they are.
 *
 * @param months since the event was published; 0 keeps events for ever
 */
export async function keepRawEvents(client: ClickHouseClient, months: number): Promise<void> {
  const wanted = `TTL toDateTime(time) + toIntervalMonth(${months})`;
  const answer = await client.query({
    query: "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = 'events'",
    format: 'JSONEachRow',
  });
  const [table] = await answer.json<{ engine_full: string }>();
  const now = table?.engine_full ?? '';
  // Only when it changes: each change makes the server look at every part.
  if (months === 0) {
    if (now.includes('TTL ')) await client.command({ query: 'ALTER TABLE events REMOVE TTL' });
  } else if (!now.includes(`${wanted} `) && !now.endsWith(wanted)) {
    await client.command({ query: 'ALTER TABLE events MODIFY SETTING ttl_only_drop_parts = 1' });
    await client.command({ query: `ALTER TABLE events MODIFY ${wanted}` });
  }
}
