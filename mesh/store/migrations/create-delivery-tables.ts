import { Migration } from '@mikro-orm/migrations';

/**
 * What the mesh itself keeps in every service's database.
 *
 * - `outbox`: events waiting to be published, with the column names of Debezium's outbox event router, so that a connector may take the
 *   relay's place (`route.by.field=topic`). `position` is the order in which they are published. Rows are deleted as fast as they come, so
 *   the table is vacuumed by count and not by share.
 * - `inbox`: events whose effect is in this database, by consumer.
 * - `idempotency_keys`: commands under way or done, by the caller's key.
 */
export class CreateDeliveryTables extends Migration {
  override up(): void {
    this.addSql(`
      create table outbox (
        position bigint generated always as identity primary key,
        id uuid not null,
        aggregatetype text not null,
        aggregateid text not null,
        type text not null,
        topic text not null,
        payload bytea not null,
        traceparent text,
        created_at timestamptz not null default clock_timestamp()
      ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_insert_threshold = -1)`);
    this.addSql(`
      create table inbox (
        consumer text not null,
        event_id uuid not null,
        received_at timestamptz not null default now(),
        primary key (consumer, event_id)
      )`);
    this.addSql('create index inbox_received_at on inbox using brin (received_at)');
    this.addSql(`
      create table idempotency_keys (
        scope text not null,
        key text not null,
        request_hash bytea not null,
        resource_id uuid not null,
        response bytea,
        attempt integer not null default 1,
        locked_until timestamptz not null,
        created_at timestamptz not null default now(),
        primary key (scope, key)
      )`);
    this.addSql('create index idempotency_keys_created_at on idempotency_keys using brin (created_at)');
  }
}
