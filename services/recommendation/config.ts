import { durationMs, integer, mongoUrl } from '@shopverse/mesh/config/kinds';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The longest duration a timer and a setting can have. */
const LONGEST = Number.MAX_SAFE_INTEGER;

/** Settings of the recommendation service. */
export const settings = {
  MONGODB_URL: mongoUrl('The recommendation database'),
  POPULAR_HALF_LIFE_MS: durationMs(60 * DAY, 'Time in which an interaction loses half its weight. Fixed once there are scores', {
    min: HOUR,
    max: LONGEST,
  }),
  TRENDING_HALF_LIFE_MS: durationMs(DAY, 'The same for what is trending. Fixed once there are scores', { min: HOUR / 60, max: LONGEST }),
  HISTORY_LENGTH: integer(50, 'Newest interactions that are remembered of a shopper', { min: 1, max: 500, unit: 'interactions' }),
  JUST_BOUGHT_MS: durationMs(30 * DAY, 'How long what somebody bought is not recommended to them', { min: 0, max: LONGEST }),
  SIMILAR_SHOPPERS: integer(200, 'Newest shoppers of a product whose histories tell what is similar to it', {
    min: 1,
    max: 5_000,
    unit: 'shoppers',
  }),
  SIMILAR_SUPPORT: integer(20, 'Co-occurrence at which the similarity of two products counts half; one order of both adds 5', {
    min: 0,
    max: 10_000,
    unit: 'weight',
  }),
  SIMILAR_LENGTH: integer(30, 'Similar products that are kept for each product', { min: 1, max: 200, unit: 'products' }),
  SIMILAR_REFRESH_INTERVAL_MS: durationMs(1_000, 'How often new interactions are worked into the lists of similar products'),
  SIMILAR_REFRESH_PERCENT: integer(
    20,
    'Largest part of the time that this takes: when there is much news, lists are made anew less often, each of more news',
    {
      min: 1,
      max: 100,
      unit: 'percent',
    },
  ),
  SIMILAR_SHOPPERS_PER_RUN: integer(200, 'Shoppers with new interactions that are worked in at a time', {
    min: 1,
    max: 5_000,
    unit: 'shoppers',
  }),
  MAX_OF_CATEGORY: integer(8, 'Most products of one category in each ten recommended to somebody; 10 does not care', {
    min: 1,
    max: 10,
    unit: 'products',
  }),
  EXPLORE_EVERY: integer(10, 'Every so many-th place shows something new of a category that the customer likes; 0 none does', {
    min: 0,
    max: 50,
    unit: 'places',
  }),
  NEW_PRODUCT_MS: durationMs(14 * DAY, 'How long a product is new', { min: 0, max: LONGEST }),
  PICKS_MAX_AGE_MS: durationMs(10 * 60_000, 'Age from which on what was picked for a shopper is picked anew when they ask', {
    min: 0,
    max: LONGEST,
  }),
  CATEGORY_NAMES_INTERVAL_MS: durationMs(60_000, 'How often the names of the categories are asked for'),
  INBOX_RETENTION_MS: durationMs(30 * DAY, 'How long events are known as handled; longer than Kafka keeps them', {
    min: HOUR,
    max: LONGEST,
  }),
};
