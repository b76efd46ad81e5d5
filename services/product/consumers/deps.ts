import type { Postgres } from '@shopverse/mesh/store/postgres';
import type { Logger } from '@shopverse/mesh/telemetry/logger';

/** Name of this service's consumer group. */
export const GROUP = 'product';

/** What the consumers need. */
export interface ConsumerDeps {
  readonly database: Postgres;
  readonly log: Logger;
  readonly clock: () => Date;
  /** There are few of a product without a threshold of its own when no more than this can be ordered. */
  readonly lowAt: bigint;
}
