import { durationMs, postgresUrl } from '@shopverse/mesh/config/kinds';

/** Every setting of this process beyond the common ones. */
export const settings = {
  DATABASE_URL: postgresUrl('The order database: postgres://role:password@host:port/database'),
  UNPAID_ORDER_TTL_MS: durationMs(15 * 60_000, 'How long an order waits for its payment before it is cancelled'),
  UNPAID_SWEEP_INTERVAL_MS: durationMs(10_000, 'How often orders that waited too long are looked for'),
};
