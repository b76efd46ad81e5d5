import { Migration } from '@mikro-orm/migrations';

/**
 * `reserve_stock`: sets aside all lines of an order, or none, in one round trip. A product may be in one line only.
 *
 * It answers a row for each line, or only for the lines that are in the way. `result` is
 * - CHANGED: set aside just now; `available` and `version` are the product's new ones;
 * - ACTIVE, COMMITTED, RELEASED: the order has a reservation since before, in this state. An active one gets its full time again, so that a caller who
 *   goes on with it is not overtaken by its end;
 * - PRODUCT_NOT_FOUND, OUT_OF_STOCK: nothing is changed; `quantity` is what was wanted, `available` what there is.
 *
 * The lines are looked at twice: without locks, which keeps those who come too late out of the queue for a product that is sold out, and again when
 * the rows are locked. Rows are locked in the order of product ids, so two orders never wait for each other in a circle. Each look reads the
 * stock before the reservation: when the stock is gone because the same order took it, the reservation is there to be seen.
 *
 * It is a function because each of its statements sees what was committed before that statement began (read committed, volatile). One plain
 * statement would check what it waited for against the past.
 */
export class CreateReserveStock extends Migration {
  override up(): void {
    this.addSql(`
      create type reservation_line as (
        result text, product_id uuid, quantity integer, available bigint, version bigint, expires_at timestamptz
      )`);
    this.addSql(`
      create function reservation_lines(_order_id uuid) returns setof reservation_line language sql stable as $$
        select r.state, i.product_id, i.quantity, null::bigint, null::bigint, r.expires_at
        from reservations r join reservation_items i on i.order_id = r.order_id
        where r.order_id = _order_id
        order by i.product_id
      $$`);
    this.addSql(`
      create function reserve_stock(_order_id uuid, _product_ids uuid[], _quantities integer[], _time_to_live interval)
      returns setof reservation_line language plpgsql as $$
      declare
        _expires_at timestamptz := now() + _time_to_live;
        _in_the_way reservation_line[];
      begin
        for _look in 1..2 loop
          if _look = 2 then
            perform from stock s where s.product_id = any (_product_ids) order by s.product_id for no key update;
          end if;

          select array_agg((
            case when p.id is null then 'PRODUCT_NOT_FOUND' else 'OUT_OF_STOCK' end,
            wanted.product_id, wanted.quantity, coalesce(s.on_hand - s.reserved, 0), s.version, null
          )::reservation_line order by wanted.position)
          into _in_the_way
          from unnest(_product_ids, _quantities) with ordinality as wanted (product_id, quantity, position)
          left join products p on p.id = wanted.product_id and p.active and p.deleted_at is null
          left join stock s on s.product_id = p.id
          where (s.on_hand - s.reserved >= wanted.quantity) is not true;

          if _look = 1 then
            update reservations r set expires_at = greatest(r.expires_at, _expires_at) where r.order_id = _order_id and r.state = 'ACTIVE';
          end if;
          return query select * from reservation_lines(_order_id);
          if found then
            return;
          end if;

          if _in_the_way is not null then
            return query select * from unnest(_in_the_way);
            return;
          end if;
        end loop;

        insert into reservations (order_id, expires_at) values (_order_id, _expires_at) on conflict do nothing;
        if not found then -- The same order came with other products at the same time.
          return query select * from reservation_lines(_order_id);
          return;
        end if;
        return query
          with changed as (
            update stock s set reserved = s.reserved + wanted.quantity, version = s.version + 1
            from unnest(_product_ids, _quantities) as wanted (product_id, quantity)
            where s.product_id = wanted.product_id
            returning s.product_id, wanted.quantity, s.on_hand - s.reserved as available, s.version
          ), items as (
            insert into reservation_items (order_id, product_id, quantity) select _order_id, c.product_id, c.quantity from changed c
          ), movements as (
            insert into stock_movements (product_id, kind, on_hand_change, reserved_change, order_id, reason)
            select c.product_id, 'reserved', 0, c.quantity, _order_id, 'order is being placed' from changed c order by c.product_id
          )
          select 'CHANGED', c.product_id, c.quantity, c.available, c.version, _expires_at from changed c order by c.product_id;
      end $$`);
  }
}
