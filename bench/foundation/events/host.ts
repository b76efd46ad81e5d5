import { STOP_PHASES, type StopPhase } from '@shopverse/mesh/lifecycle/service';
import type { EventHost } from '@shopverse/mesh/events/host';
import { createLogger } from '@shopverse/mesh/telemetry/logger';

/** What a service process offers its events and stores, without its gRPC server. */
export class BenchHost implements EventHost {
  readonly name = 'order';
  readonly log = createLogger('bench', 'error');
  readonly config: EventHost['config'];
  readonly #stopping = new AbortController();
  readonly #stops: { readonly phase: StopPhase; readonly stop: () => Promise<void> }[] = [];

  constructor(brokers: string) {
    this.config = { KAFKA_BROKERS: brokers.split(','), KAFKA_TOPIC_PARTITIONS: 3, KAFKA_REPLICATION_FACTOR: 1 };
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  addCheck: EventHost['addCheck'] = () => {};
  onStop: EventHost['onStop'] = (phase, _name, stop) => void this.#stops.push({ phase, stop });

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const phase of STOP_PHASES) await Promise.all(this.#stops.filter((stop) => stop.phase === phase).map(({ stop }) => stop()));
  }
}
