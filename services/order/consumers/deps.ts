import type { Postgres } from '@shopverse/mesh/store/postgres';
import type { Logger } from '@shopverse/mesh/telemetry/logger';

/** Name of this service's consumer group. */
export const GROUP = 'order';

/** What consumers work with. */
export interface ConsumerDeps {
  readonly database: Postgres;
  readonly log: Logger;
  readonly clock: () => Date;
}
