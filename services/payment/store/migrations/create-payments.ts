import { Migration } from '@mikro-orm/migrations';

/**
 * Payments, the providers' notices that were taken in, and what did not fit.
 *
 * Each index serves one query or one rule: one open payment for an order, one payment for a provider's order (so that a retry finds the first one), the
 * payments of an order, the payments to ask the provider about.
 */
export class CreatePayments extends Migration {
  override up(): void {
    this.addSql(`
      create table payments (
        id uuid primary key,
        order_id uuid not null,
        customer_id uuid not null,
        state text not null check (state in ('CREATED', 'SUCCEEDED', 'FAILED', 'PARTIALLY_REFUNDED', 'REFUNDED')),
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        amount_minor bigint not null check (amount_minor >= 0),
        provider text not null,
        provider_order_id text not null,
        provider_key_id text not null,
        provider_payment_id text,
        method text not null default '',
        failure_reason text not null default '',
        reconcile_at timestamptz,
        reconcile_tries integer not null default 0,
        version integer not null default 1,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        check ((state in ('CREATED', 'FAILED')) = (provider_payment_id is null))
      )`);
    this.addSql("create unique index payments_one_open_per_order on payments (order_id) where state = 'CREATED'");
    this.addSql('create unique index payments_by_provider_order on payments (provider, provider_order_id)');
    this.addSql('create index payments_by_order on payments (order_id, id desc)');
    this.addSql('create index payments_to_reconcile on payments (reconcile_at) where reconcile_at is not null');
    this.addSql(`
      create table provider_notices (
        provider text not null,
        event_id text not null,
        kind text not null,
        received_at timestamptz not null default now(),
        primary key (provider, event_id)
      )`);
    this.addSql('create index provider_notices_received_at on provider_notices using brin (received_at)');
    this.addSql(`
      create table discrepancies (
        payment_id uuid not null references payments,
        provider_payment_id text not null,
        kind text not null check (kind in ('AMOUNT_DIFFERS', 'CAPTURED_TWICE')),
        currency text not null,
        amount_minor bigint not null,
        found_at timestamptz not null default now(),
        settled_at timestamptz,
        primary key (payment_id, provider_payment_id, kind)
      )`);
  }
}
