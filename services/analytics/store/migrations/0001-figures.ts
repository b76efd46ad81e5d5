import type { ClickHouseMigration } from '@shopverse/mesh/store/clickhouse';

/**
 * Events, and the figures made of them. Every table below can take the same row, or an older one, any number of times and in any order, and says the same:
 * see docs/decisions/analytics-exactness.md before adding one.
 */
export const figures: ClickHouseMigration = {
  name: '0001-figures',
  statements: [
    // Every event that figures are made of, once: rows of one event are equal, so whichever stays is right. `time` is the event's own, so all
    // its rows are in one partition.
    `CREATE TABLE IF NOT EXISTS events (
    event_id String,
    type LowCardinality(String),
    time DateTime64(3, 'UTC'),
    occurred_at DateTime64(3, 'UTC'),
    user_id String,
    order_id String,
    payment_id String,
    product_id String,
    currency LowCardinality(String),
    amount_minor Int64,
    method LowCardinality(String),
    lines Nested (product_id String, name String, units Int64, revenue_minor Int64)
  ) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(time) ORDER BY (type, time, event_id)`,

    // One row a user, order, payment. A column is the greatest value seen, a moment that has not come is 1970: the greatest of a set is the same in
    // whatever order and however often its members come.
    `CREATE TABLE IF NOT EXISTS users (
    user_id String,
    registered_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
  ) ENGINE = AggregatingMergeTree ORDER BY user_id`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS users_of_events TO users AS
    SELECT user_id, occurred_at AS registered_at
    FROM events WHERE type = 'shopverse.auth.v1.UserRegistered'`,

    `CREATE TABLE IF NOT EXISTS orders (
    order_id String,
    user_id SimpleAggregateFunction(max, String),
    currency SimpleAggregateFunction(max, String),
    total_minor SimpleAggregateFunction(max, Int64),
    placed_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    confirmed_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    cancelled_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
  ) ENGINE = AggregatingMergeTree ORDER BY order_id`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS orders_of_events TO orders AS
    WITH toDateTime64(0, 3, 'UTC') AS never
    SELECT order_id, user_id, currency, amount_minor AS total_minor,
      if(type = 'shopverse.order.v1.OrderPlaced', occurred_at, never) AS placed_at,
      if(type = 'shopverse.order.v1.OrderConfirmed', occurred_at, never) AS confirmed_at,
      if(type = 'shopverse.order.v1.OrderCancelled', occurred_at, never) AS cancelled_at
    FROM events
    WHERE type IN ('shopverse.order.v1.OrderPlaced', 'shopverse.order.v1.OrderConfirmed', 'shopverse.order.v1.OrderCancelled')`,

    `CREATE TABLE IF NOT EXISTS payments (
    payment_id String,
    order_id SimpleAggregateFunction(max, String),
    user_id SimpleAggregateFunction(max, String),
    currency SimpleAggregateFunction(max, String),
    amount_minor SimpleAggregateFunction(max, Int64),
    method SimpleAggregateFunction(max, String),
    created_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    succeeded_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    failed_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
  ) ENGINE = AggregatingMergeTree ORDER BY payment_id`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS payments_of_events TO payments AS
    WITH toDateTime64(0, 3, 'UTC') AS never
    SELECT payment_id, order_id, user_id, currency, amount_minor, method,
      if(type = 'shopverse.payment.v1.PaymentCreated', occurred_at, never) AS created_at,
      if(type = 'shopverse.payment.v1.PaymentSucceeded', occurred_at, never) AS succeeded_at,
      if(type = 'shopverse.payment.v1.PaymentFailed', occurred_at, never) AS failed_at
    FROM events
    WHERE type IN ('shopverse.payment.v1.PaymentCreated', 'shopverse.payment.v1.PaymentSucceeded', 'shopverse.payment.v1.PaymentFailed')`,

    // One row a line of an order that was paid. All of it comes from the one event that confirms the order.
    `CREATE TABLE IF NOT EXISTS sales (
    product_id String,
    order_id String,
    line UInt32,
    sold_at DateTime64(3, 'UTC'),
    name String,
    units Int64,
    currency LowCardinality(String),
    revenue_minor Int64
  ) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(sold_at) ORDER BY (product_id, order_id, line)`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS sales_of_events TO sales AS
    SELECT sold.1 AS product_id, order_id, toUInt32(sold.5) AS line, occurred_at AS sold_at, sold.2 AS name, sold.3 AS units, currency, sold.4 AS revenue_minor
    FROM events
    ARRAY JOIN arrayZip(lines.product_id, lines.name, lines.units, lines.revenue_minor, arrayEnumerate(lines.product_id)) AS sold
    WHERE type = 'shopverse.order.v1.OrderConfirmed'`,

    // How far the figures have come, by type of event.
    `CREATE TABLE IF NOT EXISTS progress (
    type LowCardinality(String),
    latest SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
  ) ENGINE = AggregatingMergeTree ORDER BY type`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS progress_of_events TO progress AS SELECT type, time AS latest FROM events`,
  ],
};
