import { Migration } from '@mikro-orm/migrations';

/**
 * Orders, their lines and their history; and captured money that no order can use.
 *
 * Each index serves one query: a customer's orders (newest first; ids are UUIDv7 and sort by time), the orders that wait for money too long, an order's
 * history, the money that is still owed.
 */
export class CreateOrders extends Migration {
  override up(): void {
    this.addSql(`
      create table orders (
        id uuid primary key,
        customer_id uuid not null,
        state text not null
          check (state in ('PENDING_PAYMENT', 'CONFIRMED', 'SHIPPED', 'DELIVERED', 'CANCELLED', 'REFUNDED')),
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        total_minor bigint not null check (total_minor >= 0),
        ship_recipient text not null,
        ship_street text not null,
        ship_city text not null,
        ship_state text not null,
        ship_postal_code text not null,
        ship_country_code text not null,
        payment_id uuid,
        cancel_reason text not null default '',
        version integer not null default 1,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        check ((state in ('CONFIRMED', 'SHIPPED', 'DELIVERED')) <= (payment_id is not null))
      )`);
    this.addSql('create index orders_by_customer on orders (customer_id, id desc)');
    this.addSql("create index orders_unpaid on orders (created_at) where state = 'PENDING_PAYMENT'");
    this.addSql(`
      create table order_lines (
        order_id uuid not null references orders,
        position integer not null,
        product_id uuid not null,
        sku text not null,
        name text not null,
        quantity integer not null check (quantity > 0),
        unit_price_minor bigint not null check (unit_price_minor >= 0),
        primary key (order_id, position)
      )`);
    this.addSql(`
      create table order_history (
        id uuid primary key,
        order_id uuid not null references orders,
        from_state text,
        to_state text not null,
        actor_kind text not null check (actor_kind in ('CUSTOMER', 'ADMIN', 'SYSTEM')),
        actor_id text not null,
        reason text not null,
        at timestamptz not null
      )`);
    this.addSql('create index order_history_by_order on order_history (order_id, id)');
    this.addSql(`
      create table unwanted_payments (
        payment_id uuid primary key,
        order_id uuid not null,
        customer_id uuid not null,
        currency text not null,
        amount_minor bigint not null,
        reason text not null check (reason in ('ORDER_CANCELLED', 'PAID_BEFORE', 'AMOUNT_DIFFERS', 'ORDER_UNKNOWN')),
        received_at timestamptz not null,
        settled_at timestamptz
      )`);
    this.addSql('create index unwanted_payments_owed on unwanted_payments (received_at) where settled_at is null');
  }
}
