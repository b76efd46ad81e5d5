import { Findings, type Patience, type Verdict } from './findings.ts';
import type { Stores } from './stores.ts';

const NIL = '00000000-0000-0000-0000-000000000000';
/** Products looked at in one query. */
const BATCH = 500;

/**
 * Stock beside the ledger that must explain it, in one snapshot. Served by the primary key of `stock` and by `stock_movements_by_product`. `broken_orders`: what an
 * order took, set aside and gave back of the product must leave it with nothing, with what it set aside, or with what it took; never with less than nothing.
 */
const STOCK = `
  select s.product_id::text as id, s.on_hand::text, s.reserved::text, m.on_hand::text as ledger_on_hand, m.reserved::text as ledger_reserved,
    m.sold::text, a.active::text, m.broken_orders
  from (select * from stock where product_id > $1 order by product_id limit ${BATCH}) s
  cross join lateral (
    select coalesce(sum(o.on_hand), 0) as on_hand, coalesce(sum(o.reserved), 0) as reserved,
      coalesce(-sum(o.on_hand) filter (where o.order_id is not null), 0) as sold,
      (array_agg(o.order_id::text) filter (where o.order_id is not null and (o.reserved < 0 or o.on_hand > 0 or (o.reserved > 0 and o.on_hand < 0))))[1:20]
        as broken_orders
    from (
      select order_id, sum(on_hand_change) as on_hand, sum(reserved_change) as reserved from stock_movements where product_id = s.product_id group by order_id
    ) o
  ) m
  cross join lateral (
    select coalesce(sum(i.quantity), 0) as active
    from reservations r join reservation_items i on i.order_id = r.order_id
    where r.state = 'ACTIVE' and i.product_id = s.product_id
  ) a
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
export async function noOversell({ product }: Stores, patience: Patience): Promise<Verdict> {
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
  for (const order of row.broken_orders ?? []) findings.wrong(order, `its movements of product ${row.id} don't add up`);
}
