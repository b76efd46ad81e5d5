import { clickHouseUrl, durationMs, integer } from '@shopverse/mesh/config/kinds';

/** Settings of the analytics service. */
export const settings = {
  CLICKHOUSE_URL: clickHouseUrl('The analytics database'),
  ANALYTICS_BATCH_EVENTS: integer(5_000, 'Most events that are written at a time', { min: 1, max: 100_000, unit: 'events' }),
  ANALYTICS_RAW_EVENTS_MONTHS: integer(
    13,
    'How long single events are kept, after which the figures made of them stay; 0: for ever. The figures can be made anew of what is kept',
    { min: 0, max: 1_200, unit: 'months' },
  ),
  ANALYTICS_BATCH_WAIT_MS: durationMs(500, 'Longest wait for a batch to fill before it is written', { max: 60_000 }),
};
