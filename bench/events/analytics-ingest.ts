import { openClickHouse } from '@shopverse/mesh/store/clickhouse';
import type { Stack } from '@shopverse/local/stack';
import { eventFacts } from '../../services/analytics/consumers/event-facts.ts';
import { onEvents } from '../../services/analytics/consumers/on-events.ts';
import { eventRow } from '../../services/analytics/domain/event-row.ts';
import { Figures } from '../../services/analytics/store/figures.ts';
import { migrations } from '../../services/analytics/store/migrations/migrations.ts';
import { derivedTables } from '../../services/analytics/store/rebuild.ts';
import { BenchHost } from '../foundation/events/host.ts';
import { median } from '../median.ts';
import type { Metric } from '../result.ts';
import { analyticsEvents } from './analytics-events.ts';

/** What the service writes at a time by default. */
const BATCH = 5_000;

/**
 * How fast the analytics service's own sink takes events in (their bytes decoded, made rows, written with what makes a repetition harmless), next to the plain
 * client writing rows that are there already, in the same batches into the same tables. Interleaved, on empty tables each time.
 */
export async function analyticsIngest(
  { addresses }: Stack,
  { batches, runs }: { readonly batches: number; readonly runs: number },
): Promise<Metric[]> {
  const host = new BenchHost(addresses.kafkaBrokers);
  const client = await openClickHouse(host, { url: addresses.clickhouse, migrations });
  const sink = onEvents({ figures: new Figures(client) });
  const empty = async () => {
    for (const table of ['events', ...derivedTables]) await client.command({ query: `TRUNCATE TABLE ${table}` });
  };
  const perSecond = async (write: () => Promise<void>) => {
    await empty();
    const started = performance.now();
    await write();
    return (batches * BATCH) / ((performance.now() - started) / 1_000);
  };
  const sunk: number[] = [];
  const plain: number[] = [];
  // The first run warms up and does not count.
  for (let run = 0; run <= runs; run += 1) {
    const events = Array.from({ length: batches }, () => analyticsEvents(BATCH));
    const rows = events.map((batch) =>
      batch.flatMap((event) => {
        const facts = eventFacts(event.type, event.payload, event.time);
        return facts === undefined ? [] : [eventRow(event, facts)];
      }),
    );
    const ours = async () => {
      for (const batch of events) await sink(batch, host.signal);
    };
    const theirs = async () => {
      for (const values of rows) await client.insert({ table: 'events', values, format: 'JSONEachRow' });
    };
    const first = run % 2 === 0;
    const one = await perSecond(first ? theirs : ours);
    const other = await perSecond(first ? ours : theirs);
    if (run === 0) continue;
    plain.push(first ? one : other);
    sunk.push(first ? other : one);
  }
  await empty();
  await host.stop();
  const [rate, baseline] = [median(sunk), median(plain)];
  return [
    { metric: 'analytics_ingest_rows_per_second', value: rate, unit: 'rows/s', baseline, runs },
    { metric: 'analytics_ingest_ratio', value: rate / baseline, unit: 'x', baseline, ratio: rate / baseline, goal: '>= 0.7', runs },
  ];
}
