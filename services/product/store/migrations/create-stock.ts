import { Migration } from '@mikro-orm/migrations';

/**
 * What there is of each product, and how it came to that.
 *
 * - `stock`: one row a product. Its figures are in no index, so that changing them is a HOT update; the fill factor leaves room for those.
 * - `stock_movements`: the ledger. The sums of its changes are the figures of `stock`, at every moment.
 * - `reservations`, `reservation_items`: stock that is set aside for an order.
 *
 * All refer to `stock`, whose row a writer holds anyway, and not to `products`: checking a reference locks the row it leads to.
 */
export class CreateStock extends Migration {
  override up(): void {
    this.addSql(`
      create table stock (
        product_id uuid primary key references products (id),
        on_hand bigint not null check (on_hand >= 0),
        reserved bigint not null default 0 check (reserved >= 0),
        version bigint not null default 1,
        check (reserved <= on_hand)
      ) with (fillfactor = 70)`);
    this.addSql(`
      create table stock_movements (
        id bigint generated always as identity primary key,
        product_id uuid not null references stock (product_id),
        kind text not null,
        on_hand_change bigint not null,
        reserved_change bigint not null,
        order_id uuid,
        reason text not null,
        created_at timestamptz not null default now(),
        check (case kind
          when 'received' then on_hand_change > 0 and reserved_change = 0
          when 'adjusted' then on_hand_change <> 0 and reserved_change = 0
          when 'reserved' then on_hand_change = 0 and reserved_change > 0
          when 'committed' then on_hand_change < 0 and reserved_change = on_hand_change
          when 'released' then on_hand_change = 0 and reserved_change < 0
          else false
        end),
        check ((order_id is not null) = (kind in ('reserved', 'committed', 'released')))
      )`);
    this.addSql('create index stock_movements_by_product on stock_movements (product_id, id desc)');
    this.addSql(`
      create table reservations (
        order_id uuid primary key,
        state text not null default 'ACTIVE' check (state in ('ACTIVE', 'COMMITTED', 'RELEASED')),
        expires_at timestamptz not null,
        created_at timestamptz not null default now(),
        ended_at timestamptz,
        check ((state = 'ACTIVE') = (ended_at is null))
      )`);
    this.addSql(`create index reservations_expiring on reservations (expires_at) where state = 'ACTIVE'`);
    this.addSql(`
      create table reservation_items (
        order_id uuid not null references reservations (order_id),
        product_id uuid not null references stock (product_id),
        quantity integer not null check (quantity > 0),
        primary key (order_id, product_id)
      )`);
  }
}
