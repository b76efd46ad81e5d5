import { durationMs, integer, postgresUrl } from '@shopverse/mesh/config/kinds';

/** Every setting of this process beyond the common ones. */
export const settings = {
  DATABASE_URL: postgresUrl('The order database: postgres://role:password@host:port/database'),
  UNPAID_ORDER_TTL_MS: durationMs(15 * 60_000, 'How long an order waits for its payment before it is cancelled'),
  UNPAID_SWEEP_INTERVAL_MS: durationMs(10_000, 'How often orders that waited too long are looked for'),
  WATCH_MAX_STREAMS: integer(2_000, 'Most WatchOrder streams of this process', { min: 1, max: 100_000, unit: 'streams' }),
  WATCH_MAX_LIFE_MS: durationMs(15 * 60_000, 'Longest life of a WatchOrder stream; its client watches again'),
  WATCH_POLL_INTERVAL_MS: durationMs(5_000, 'How often a WatchOrder stream looks by itself, for what it was not woken for'),
};
