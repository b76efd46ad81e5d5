import { Migration } from '@mikro-orm/migrations';

/**
 * Payments and shipment of an order; places in its history; lists by state and time; carts.
 *
 * - `orders.payments`: what the order knows of its payments, in the row that is locked and written for each change anyway. One payment is the rule.
 * - `order_history.position`: larger than those before it, as who adds to an order's history holds the order's row. Ids made by several
 *   replicas' clocks are not.
 * - `orders_by_customer`, `orders_by_state`: lists, newest first; the latter also the orders that wait for money too long.
 * - `carts`: a row to lock for whoever changes a cart.
 */
export class CompleteOrders extends Migration {
  override up(): void {
    this.addSql(`
      alter table orders
        add column payments jsonb not null default '[]',
        add column carrier text not null default '',
        add column tracking_number text not null default '',
        add column shipped_at timestamptz,
        add column delivered_at timestamptz`);
    this.addSql(`
      update orders set payments = jsonb_build_array(jsonb_build_object(
        'id', payment_id, 'currency', currency, 'amountMinor', total_minor::text, 'method', '', 'captured', true, 'failed', false, 'refundedMinor', '0'))
      where payment_id is not null`);
    this.addSql(`
      alter table orders
        add check ((state in ('SHIPPED', 'DELIVERED')) = (shipped_at is not null)),
        add check ((state = 'DELIVERED') = (delivered_at is not null))`);
    this.addSql('drop index orders_by_customer, orders_unpaid');
    this.addSql('create index orders_by_customer on orders (customer_id, created_at desc, id desc)');
    this.addSql('create index orders_by_state on orders (state, created_at desc, id desc)');
    this.addSql('drop index order_history_by_order');
    this.addSql('alter table order_history drop column id, add column position bigint generated always as identity primary key');
    this.addSql('create index order_history_by_order on order_history (order_id, position)');
    this.addSql(`
      create table carts (
        customer_id uuid primary key,
        updated_at timestamptz not null
      )`);
    this.addSql(`
      create table cart_items (
        customer_id uuid not null references carts on delete cascade,
        product_id uuid not null,
        quantity integer not null check (quantity between 1 and 1000),
        name text not null,
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        price_minor bigint not null check (price_minor >= 0),
        added_at timestamptz not null,
        primary key (customer_id, product_id)
      )`);
  }
}
