import type { ClickHouseMigration } from '@shopverse/mesh/store/clickhouse';

/** Refunds: one row for each, all of it from the one event that tells of it. */
export const refunds: ClickHouseMigration = {
  name: '0002-refunds',
  statements: [
    'ALTER TABLE events ADD COLUMN IF NOT EXISTS refund_id String AFTER payment_id',
    `CREATE TABLE IF NOT EXISTS refunds (
    refund_id String,
    payment_id String,
    order_id String,
    refunded_at DateTime64(3, 'UTC'),
    currency LowCardinality(String),
    amount_minor Int64
  ) ENGINE = ReplacingMergeTree ORDER BY refund_id`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS refunds_of_events TO refunds AS
    SELECT refund_id, payment_id, order_id, occurred_at AS refunded_at, currency, amount_minor
    FROM events WHERE type = 'shopverse.payment.v1.PaymentRefunded'`,
  ],
};
