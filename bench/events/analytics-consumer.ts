/** A process that consumes as the analytics service does, and says how much memory it has when asked. Arguments: brokers, ClickHouse's URL. */
import { consumeBatches } from '@shopverse/mesh/events/consume-batches';
import { openClickHouse } from '@shopverse/mesh/store/clickhouse';
import { topics } from '../../services/analytics/consumers/event-facts.ts';
import { onEvents } from '../../services/analytics/consumers/on-events.ts';
import { Figures } from '../../services/analytics/store/figures.ts';
import { migrations } from '../../services/analytics/store/migrations/migrations.ts';
import { BenchHost } from '../foundation/events/host.ts';

const [brokers = '', url = ''] = process.argv.slice(2);
const host = new BenchHost(brokers);
const client = await openClickHouse(host, { url, migrations });
const handle = onEvents({ figures: new Figures(client) });
let handled = 0;
await consumeBatches(host, {
  group: 'analytics',
  topics,
  maxEvents: 5_000,
  maxWaitMs: 500,
  handle: async (events, signal) => {
    await handle(events, signal);
    handled += events.length;
  },
});
process.on('message', () => void process.send?.({ handled, memoryMb: process.memoryUsage().rss / 1_048_576 }));
process.once('SIGTERM', () => void host.stop().then(() => process.exit(0)));
process.send?.({ handled, memoryMb: process.memoryUsage().rss / 1_048_576 });
