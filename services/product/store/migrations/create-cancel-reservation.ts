import { Migration } from '@mikro-orm/migrations';

/**
 * `cancel_reservation`: the order is cancelled, for good. What is set aside for it goes back on the shelf, and so do goods that had left, as a return; after
 * that nothing is ever taken for it again. Rows are as those of `reserve_stock`: CHANGED when anything was given back just now, else the state that the
 * reservation has; none when there is no reservation.
 *
 * `commit_released` leaves the goods where they are once the order is cancelled, so that it does not matter which event comes first.
 */
export class CreateCancelReservation extends Migration {
  override up(): void {
    this.addSql('alter table reservations add column cancelled_at timestamptz');
    this.addSql(`alter table reservations add check (cancelled_at is null or state = 'RELEASED')`);
    this.addSql('alter table stock_movements drop constraint stock_movements_check, drop constraint stock_movements_check1');
    this.addSql(`
      alter table stock_movements
        add constraint stock_movements_changes check (case kind
          when 'received' then on_hand_change > 0 and reserved_change = 0
          when 'adjusted' then on_hand_change <> 0 and reserved_change = 0
          when 'reserved' then on_hand_change = 0 and reserved_change > 0
          when 'committed' then on_hand_change < 0 and reserved_change = on_hand_change
          when 'released' then on_hand_change = 0 and reserved_change < 0
          when 'returned' then on_hand_change > 0 and reserved_change = 0
          else false
        end),
        add constraint stock_movements_order check ((order_id is not null) = (kind in ('reserved', 'committed', 'released', 'returned')))`);
    this.addSql(`
      create function cancel_reservation(_order_id uuid, _reason text) returns setof reservation_line language plpgsql as $$
      declare
        _state text;
      begin
        select r.state into _state from reservations r where r.order_id = _order_id and r.cancelled_at is null for no key update;
        if not found or _state = 'RELEASED' then
          update reservations r set cancelled_at = now() where r.order_id = _order_id and r.cancelled_at is null;
          return query select * from reservation_lines(_order_id);
          return;
        end if;
        perform from stock s
        where s.product_id in (select i.product_id from reservation_items i where i.order_id = _order_id)
        order by s.product_id for no key update;
        update reservations r set state = 'RELEASED', ended_at = now(), cancelled_at = now() where r.order_id = _order_id;
        return query
          with changed as (
            update stock s
            set on_hand = s.on_hand + case _state when 'COMMITTED' then i.quantity else 0 end,
                reserved = s.reserved - case _state when 'ACTIVE' then i.quantity else 0 end, version = s.version + 1
            from reservation_items i
            where i.order_id = _order_id and s.product_id = i.product_id
            returning s.product_id, i.quantity, s.on_hand - s.reserved as available, s.version
          ), movements as (
            insert into stock_movements (product_id, kind, on_hand_change, reserved_change, order_id, reason)
            select c.product_id, case _state when 'COMMITTED' then 'returned' else 'released' end,
                   case _state when 'COMMITTED' then c.quantity else 0 end, case _state when 'ACTIVE' then -c.quantity else 0 end, _order_id, _reason
            from changed c order by c.product_id
          )
          select 'CHANGED', c.product_id, c.quantity, c.available, c.version, r.expires_at
          from changed c join reservations r on r.order_id = _order_id order by c.product_id;
      end $$`);
    this.addSql(`
      create or replace function commit_released(_order_id uuid, _reason text) returns setof reservation_line language plpgsql as $$
      begin
        perform from reservations r where r.order_id = _order_id and r.state = 'RELEASED' and r.cancelled_at is null for no key update;
        if not found then
          return query select * from reservation_lines(_order_id);
          return;
        end if;
        perform from stock s
        where s.product_id in (select i.product_id from reservation_items i where i.order_id = _order_id)
        order by s.product_id for no key update;
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
