import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInfrastructure } from '@shopverse/local/stack';
import { analyticsDrain } from './events/analytics-drain.ts';
import { analyticsIngest } from './events/analytics-ingest.ts';
import { events as delivery } from './foundation/events.ts';
import { recommendationLatency } from './recommendation/latency.ts';
import type { Metric } from './result.ts';

/** What of the backlog is made when nothing else is said. */
const BACKLOG = { quick: 10_000, usual: 100_000 } as const;

/**
 * Events: delivery (relay, commit to effect), how fast analytics takes rows in next to the plain client, how fast it empties a backlog, and how soon recommendation answers. A measurement is a
 * file in bench/events or bench/recommendation; each has servers of its own, or empties what it leaves.
 *
 * @param events size of the backlog
 */
export async function events({
  quick,
  events: backlog,
}: {
  readonly quick: boolean;
  readonly events?: number | undefined;
}): Promise<Metric[]> {
  return [
    ...(await delivery({ quick })),
    ...(await analytics({ quick, backlog: backlog ?? BACKLOG[quick ? 'quick' : 'usual'] })),
    ...(await recommendationLatency({ quick })),
  ];
}

async function analytics({ quick, backlog }: { readonly quick: boolean; readonly backlog: number }): Promise<Metric[]> {
  const home = await mkdtemp(join(tmpdir(), 'shopverse-bench-'));
  await chmod(home, 0o755);
  const stack = await startInfrastructure(['clickhouse', 'kafka'], { home });
  try {
    return [
      ...(await analyticsIngest(stack, quick ? { batches: 2, runs: 3 } : { batches: 6, runs: 5 })),
      ...(await analyticsDrain(stack, backlog)),
    ];
  } finally {
    await stack.stop();
    await rm(home, { recursive: true, force: true });
  }
}
