import { currency, durationMs, integer, postgresUrl } from '@shopverse/mesh/config/kinds';

/** Every setting of this process beyond the common ones. */
export const settings = {
  DATABASE_URL: postgresUrl('The product database: postgres://role:password@host:port/database'),
  SHOP_CURRENCY: currency('INR', 'The currency that the shop sells in: price ranges are in it'),
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
};
