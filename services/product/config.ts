import { currency, durationMs, integer, postgresUrl } from '@shopverse/mesh/config/kinds';

/** Every setting of this process beyond the common ones. */
export const settings = {
  DATABASE_URL: postgresUrl('The product database: postgres://role:password@host:port/database'),
  SHOP_CURRENCY: currency('INR', 'The currency that the shop sells in: new products and price ranges are in it'),
  RESERVATION_TTL_MS: durationMs(
    20 * 60_000,
    'How long stock is set aside before the order service is asked about the order; longer than an order waits for its payment',
  ),
  LOW_STOCK_THRESHOLD: integer(
    5,
    'No more than this can be ordered of a product that has no threshold of its own: there are few, and admins are told once',
    {
      max: 1_000_000,
      unit: 'pieces',
    },
  ),
  CATEGORY_CACHE_TTL_MS: durationMs(60_000, 'How long the category tree is remembered at most; that it has changed is heard of at once'),
  CATEGORY_CACHE_MAX_ENTRIES: integer(10_000, 'A tree with more categories is not remembered', { max: 1_000_000, unit: 'categories' }),
  RESERVATION_RECHECK_MS: durationMs(60_000, 'How long until a reservation is looked at again whose order still waits', { min: 1_000 }),
  RESERVATION_SWEEP_INTERVAL_MS: durationMs(15_000, 'How often reservations whose time is up are looked for'),
  IMPORT_MAX_BYTES: integer(256 * 1024 * 1024, 'Largest file that is imported', { min: 1024, max: 2 ** 40, unit: 'bytes' }),
  IMPORT_MAX_STAGED_BYTES: integer(1024 * 1024 * 1024, 'Most bytes of all files that wait to be imported', {
    min: 1024,
    max: 2 ** 40,
    unit: 'bytes',
  }),
  IMPORT_MAX_ROW_BYTES: integer(128 * 1024, 'Longest row of a file; a longer one is refused, and those behind it are not', {
    min: 1024,
    max: 1024 * 1024,
    unit: 'bytes',
  }),
  IMPORT_BATCH_ROWS: integer(1_000, 'Rows of a file that are worked off in one transaction', { min: 1, max: 2_000, unit: 'rows' }),
  IMPORT_LEASE_MS: durationMs(30_000, 'How long an import waits for a replica that has gone silent before another one goes on with it', {
    min: 500,
  }),
  IMPORT_POLL_INTERVAL_MS: durationMs(500, 'How often imports that wait are looked for', { min: 50 }),
  IMPORT_UPLOAD_TTL_MS: durationMs(24 * 3_600_000, 'How long an import waits for the next part of its file before it is cancelled', {
    min: 60_000,
  }),
  IMPORT_KEEP_MS: durationMs(30 * 24 * 3_600_000, 'How long an import that has ended is known, with its errors', { min: 60_000 }),
  IMPORT_WATCH_MAX_STREAMS: integer(200, 'Most WatchImport streams of this process', { min: 1, max: 100_000, unit: 'streams' }),
  IMPORT_WATCH_MAX_LIFE_MS: durationMs(15 * 60_000, 'Longest life of a WatchImport stream; its client watches again'),
  IMPORT_WATCH_POLL_INTERVAL_MS: durationMs(
    1_000,
    'How often a WatchImport stream looks by itself: another replica may be the one at work',
  ),
};
