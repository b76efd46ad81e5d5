import type { ClickHouseMigration } from '@shopverse/mesh/store/clickhouse';

const ORDERS_OF_EVENTS = `
    WITH toDateTime64(0, 3, 'UTC') AS never
    SELECT order_id, user_id, currency, amount_minor AS total_minor,
      if(type = 'shopverse.order.v1.OrderPlaced', occurred_at, never) AS placed_at,
      if(type = 'shopverse.order.v1.OrderConfirmed', occurred_at, never) AS confirmed_at,
      if(type = 'shopverse.order.v1.OrderCancelled', occurred_at, never) AS cancelled_at,
      if(type = 'shopverse.order.v1.OrderShipped', occurred_at, never) AS shipped_at,
      if(type = 'shopverse.order.v1.OrderDelivered', occurred_at, never) AS delivered_at,
      if(type = 'shopverse.order.v1.OrderRefunded', occurred_at, never) AS refunded_at
    FROM events
    WHERE type IN ('shopverse.order.v1.OrderPlaced', 'shopverse.order.v1.OrderConfirmed', 'shopverse.order.v1.OrderCancelled',
      'shopverse.order.v1.OrderShipped', 'shopverse.order.v1.OrderDelivered', 'shopverse.order.v1.OrderRefunded')`;

/** `events.method`, as `method` alone would be the column that is made of it. */
const PAYMENTS_OF_EVENTS = `
    WITH toDateTime64(0, 3, 'UTC') AS never
    SELECT payment_id, order_id, user_id, currency, amount_minor, provider,
      if(type = 'shopverse.payment.v1.PaymentSucceeded', toString(events.method), '') AS method,
      if(type = 'shopverse.payment.v1.PaymentFailed', toString(events.method), '') AS failed_method,
      if(type = 'shopverse.payment.v1.PaymentCreated', occurred_at, never) AS created_at,
      if(type = 'shopverse.payment.v1.PaymentSucceeded', occurred_at, never) AS succeeded_at,
      if(type = 'shopverse.payment.v1.PaymentFailed', occurred_at, never) AS failed_at
    FROM events
    WHERE type IN ('shopverse.payment.v1.PaymentCreated', 'shopverse.payment.v1.PaymentSucceeded', 'shopverse.payment.v1.PaymentFailed')`;

const OCCURRENCES_OF_EVENTS = 'SELECT type, occurred_at, event_id, user_id FROM events';

/**
 * What else became of an order, through whom a payment went, and every event by itself. What is known already is filled in from the events: rows that come
 * twice, from here and from a replica that runs, are one.
 */
export const moreFigures: ClickHouseMigration = {
  name: '0003-more-figures',
  statements: [
    `ALTER TABLE orders
      ADD COLUMN IF NOT EXISTS shipped_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
      ADD COLUMN IF NOT EXISTS delivered_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
      ADD COLUMN IF NOT EXISTS refunded_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))`,
    `ALTER TABLE orders_of_events MODIFY QUERY ${ORDERS_OF_EVENTS}`,
    `INSERT INTO orders (order_id, user_id, currency, total_minor, placed_at, confirmed_at, cancelled_at, shipped_at, delivered_at, refunded_at)
    ${ORDERS_OF_EVENTS}`,

    // The method of a try that failed is kept apart: the payment may succeed by another one.
    'ALTER TABLE events ADD COLUMN IF NOT EXISTS provider LowCardinality(String) AFTER amount_minor',
    `ALTER TABLE payments
      ADD COLUMN IF NOT EXISTS provider SimpleAggregateFunction(max, String),
      ADD COLUMN IF NOT EXISTS failed_method SimpleAggregateFunction(max, String)`,
    `ALTER TABLE payments_of_events MODIFY QUERY ${PAYMENTS_OF_EVENTS}`,

    // One row an event: when, and who. Narrow, and read by type and time; it stays when the event itself is forgotten.
    `CREATE TABLE IF NOT EXISTS occurrences (
    type LowCardinality(String),
    occurred_at DateTime64(3, 'UTC'),
    event_id String,
    user_id String
  ) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(occurred_at) ORDER BY (type, occurred_at, event_id)`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS occurrences_of_events TO occurrences AS ${OCCURRENCES_OF_EVENTS}`,
    `INSERT INTO occurrences (type, occurred_at, event_id, user_id) ${OCCURRENCES_OF_EVENTS}`,
  ],
};
