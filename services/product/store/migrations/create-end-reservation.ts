import { Migration } from '@mikro-orm/migrations';

/** Locks the stock of an order's reservation in the order in which everybody does. */
const LOCK_STOCK = `
        perform from stock s
        where s.product_id in (select i.product_id from reservation_items i where i.order_id = _order_id)
        order by s.product_id for no key update;`;

/**
 * The ends of a reservation. Rows are as those of `reserve_stock`: CHANGED when it was done just now, else the state that the reservation has; none
 * when there is no reservation. The reservation is locked before the stock; `reserve_stock` holds no stock when it waits for a reservation that exists.
 *
 * - `end_reservation`: an active reservation becomes COMMITTED (the goods leave) or RELEASED (back on the shelf). With `_due_at`, only when that is still
 *   the time at which it was to be looked at.
 * - `commit_released`: the goods of a reservation that was released leave after all, if they are there: all lines, or none (OUT_OF_STOCK).
 */
export class CreateEndReservation extends Migration {
  override up(): void {
    this.addSql(`
      create function end_reservation(_order_id uuid, _state text, _reason text, _due_at timestamptz)
      returns setof reservation_line language plpgsql as $$
      begin
        perform from reservations r
        where r.order_id = _order_id and r.state = 'ACTIVE' and (_due_at is null or r.expires_at = _due_at) for no key update;
        if not found then
          return query select * from reservation_lines(_order_id);
          return;
        end if;
        ${LOCK_STOCK}
        update reservations r set state = _state, ended_at = now() where r.order_id = _order_id;
        return query
          with changed as (
            update stock s
            set on_hand = s.on_hand - case _state when 'COMMITTED' then i.quantity else 0 end,
                reserved = s.reserved - i.quantity, version = s.version + 1
            from reservation_items i
            where i.order_id = _order_id and s.product_id = i.product_id
            returning s.product_id, i.quantity, s.on_hand - s.reserved as available, s.version
          ), movements as (
            insert into stock_movements (product_id, kind, on_hand_change, reserved_change, order_id, reason)
            select c.product_id, lower(_state), case _state when 'COMMITTED' then -c.quantity else 0 end, -c.quantity, _order_id, _reason
            from changed c order by c.product_id
          )
          select 'CHANGED', c.product_id, c.quantity, c.available, c.version, r.expires_at
          from changed c join reservations r on r.order_id = _order_id order by c.product_id;
      end $$`);
    this.addSql(`
      create function commit_released(_order_id uuid, _reason text) returns setof reservation_line language plpgsql as $$
      begin
        perform from reservations r where r.order_id = _order_id and r.state = 'RELEASED' for no key update;
        if not found then
          return query select * from reservation_lines(_order_id);
          return;
        end if;
        ${LOCK_STOCK}
        return query
          select 'OUT_OF_STOCK', i.product_id, i.quantity, s.on_hand - s.reserved, s.version, null::timestamptz
          from reservation_items i join stock s on s.product_id = i.product_id
          where i.order_id = _order_id and s.on_hand - s.reserved < i.quantity
          order by i.product_id;
        if found then
          return;
        end if;
        update reservations r set state = 'COMMITTED', ended_at = now() where r.order_id = _order_id;
        return query
          with changed as (
            update stock s set on_hand = s.on_hand - i.quantity, version = s.version + 1
            from reservation_items i
            where i.order_id = _order_id and s.product_id = i.product_id
            returning s.product_id, i.quantity, s.on_hand - s.reserved as available, s.version
          ), movements as (
            insert into stock_movements (product_id, kind, on_hand_change, reserved_change, order_id, reason)
            select c.product_id, m.kind, m.on_hand * c.quantity, m.reserved * c.quantity, _order_id, _reason
            from changed c cross join (values (1, 'reserved', 0, 1), (2, 'committed', -1, -1)) as m (step, kind, on_hand, reserved)
            order by c.product_id, m.step
          )
          select 'CHANGED', c.product_id, c.quantity, c.available, c.version, r.expires_at
          from changed c join reservations r on r.order_id = _order_id order by c.product_id;
      end $$`);
  }
}
