import { Findings, type Patience, type Verdict } from './findings.ts';
import type { Stores } from './stores.ts';

const NIL = '00000000-0000-0000-0000-000000000000';
/** Products looked at in one query. */
const BATCH = 500;

/**
 * Stock beside the ledger that must explain it, in one snapshot. Served by the primary keys of `stock` and `reservations`, by `stock_movements_by_product` and, for
 * what is active, `reservations_expiring`. `broken_orders`: what an order set aside, took and gave back of the product must come to what its reservation says.
 */
const STOCK = `
  with active as (
    select i.product_id, sum(i.quantity) as quantity
    from reservations r join reservation_items i on i.order_id = r.order_id
    where r.state = 'ACTIVE' group by i.product_id
  )
  select s.product_id::text as id, s.on_hand::text, s.reserved::text, m.on_hand::text as ledger_on_hand, m.reserved::text as ledger_reserved,
    m.sold::text, coalesce(a.quantity, 0)::text as active, m.broken_orders
  from (select * from stock where product_id > $1 order by product_id limit ${BATCH}) s
  left join active a on a.product_id = s.product_id
  cross join lateral (
    select coalesce(sum(o.on_hand), 0) as on_hand, coalesce(sum(o.reserved), 0) as reserved,
      coalesce(-sum(o.on_hand) filter (where o.order_id is not null), 0) as sold,
      (array_agg(o.order_id::text) filter (where o.order_id is not null and (
        o.reserved is distinct from case r.state when 'ACTIVE' then i.quantity else 0 end
        or o.on_hand is distinct from case r.state when 'COMMITTED' then -i.quantity else 0 end)))[1:20] as broken_orders
    from (
      select order_id, sum(on_hand_change) as on_hand, sum(reserved_change) as reserved
      from stock_movements where product_id = s.product_id group by order_id
    ) o
    left join reservations r on r.order_id = o.order_id
    left join reservation_items i on i.order_id = o.order_id and i.product_id = s.product_id
  ) m
  order by s.product_id`;

interface StockRow {
  readonly id: string;
  readonly on_hand: string;
  readonly reserved: string;
  readonly ledger_on_hand: string;
  readonly ledger_reserved: string;
  readonly sold: string;
  readonly active: string;
  readonly broken_orders: readonly string[] | null;
}

/** Invariant 1: what is on hand and set aside is what the ledger says, nothing is below zero, and no more is set aside than there is. */
export async function noOversell({ product }: Pick<Stores, 'product'>, patience: Patience): Promise<Verdict> {
  const findings = new Findings(patience);
  let [products, sold] = [0, 0n];
  for (let after = NIL; ;) {
    const rows = await product<StockRow>(STOCK, [after]);
    for (const row of rows) {
      products += 1;
      sold += BigInt(row.sold);
      judge(row, findings);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) break;
    after = last.id;
  }
  const says = 'No oversell: stock is what its ledger says, never below zero, and no more is reserved than there is';
  return findings.verdict('no-oversell', says, `${products} products, ${sold} pieces sold`);
}

function judge(row: StockRow, findings: Findings): void {
  const [onHand, reserved, active] = [BigInt(row.on_hand), BigInt(row.reserved), BigInt(row.active)];
  if (onHand < 0n || reserved < 0n) findings.wrong(row.id, `on hand ${onHand}, reserved ${reserved}: below zero`);
  if (reserved > onHand) findings.wrong(row.id, `${reserved} reserved of ${onHand} on hand`);
  if (onHand !== BigInt(row.ledger_on_hand)) findings.wrong(row.id, `${onHand} on hand, but the ledger says ${row.ledger_on_hand}`);
  if (reserved !== BigInt(row.ledger_reserved)) findings.wrong(row.id, `${reserved} reserved, but the ledger says ${row.ledger_reserved}`);
  if (reserved !== active) findings.wrong(row.id, `${reserved} reserved, but active reservations are over ${active}`);
  for (const order of row.broken_orders ?? [])
    findings.wrong(order, `its movements of product ${row.id} are not what its reservation says`);
}
