import type { Transaction } from '@shopverse/mesh/store/postgres';
import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { Adjustment } from '../domain/adjustment.ts';
import { publishLowStock, type Taking } from './low-stock.ts';
import { publishStockChanges } from './stock-events.ts';

/** What there is of a product. */
export interface StoredStock {
  readonly productId: string;
  readonly onHand: bigint;
  readonly reserved: bigint;
}

/** An entry of the ledger. */
export interface StoredMovement {
  readonly id: bigint;
  readonly kind: string;
  readonly onHandChange: bigint;
  readonly reservedChange: bigint;
  readonly orderId: string | undefined;
  readonly reason: string;
  /** Undefined where a part of the shop moved it. */
  readonly actorId: string | undefined;
  readonly createdAt: Date;
}

/** Most that may be on hand: sums of the ledger stay far within 64 bits. */
export const MOST_ON_HAND = 1_000_000_000_000n;

interface StockRow {
  readonly on_hand: string;
  readonly reserved: string;
  readonly version: string;
}

type AdjustedRow = StockRow & { readonly low_stock_threshold: string | null };

/**
 * Changes what is on hand, with its movement, in one statement, and says what can be ordered then. Undefined, and nothing is changed, when there is no such
 * product, when less than what is reserved would be left, or more than `MOST_ON_HAND`.
 */
export async function adjustStored(
  tx: Transaction,
  { productId, change, kind, reason }: Adjustment,
  { at, actor, lowAt }: Taking & { readonly actor: string },
): Promise<StoredStock | undefined> {
  const { rows } = await sql<AdjustedRow>`
    with changed as (
      update stock s set on_hand = s.on_hand + ${String(change)}::bigint, version = s.version + 1
      from products p
      where p.id = s.product_id and p.deleted_at is null and s.product_id = ${productId}::uuid
        and s.on_hand + ${String(change)}::bigint between s.reserved and ${String(MOST_ON_HAND)}::bigint
      returning s.product_id, s.on_hand, s.reserved, s.version, p.low_stock_threshold
    ), movement as (
      insert into stock_movements (product_id, kind, on_hand_change, reserved_change, reason, actor_id)
      select c.product_id, ${kind}, ${String(change)}::bigint, 0, ${reason}, ${actor}::uuid from changed c
    )
    select on_hand, reserved, version, low_stock_threshold from changed`.execute(tx.sql);
  const [row] = rows;
  if (row === undefined) return undefined;
  const stock = storedStock(productId, row);
  const available = stock.onHand - stock.reserved;
  const threshold = row.low_stock_threshold === null ? undefined : BigInt(row.low_stock_threshold);
  publishStockChanges(tx, [{ productId, available, version: BigInt(row.version) }], at);
  if (change < 0n) await publishLowStock(tx, [{ productId, quantity: -change, available, threshold }], { at, lowAt });
  return stock;
}

/** What there is of a product that is not deleted. */
export async function findStock(executor: QueryExecutorProvider, productId: string): Promise<StoredStock | undefined> {
  const { rows } = await sql<StockRow>`
    select s.on_hand, s.reserved, s.version from stock s join products p on p.id = s.product_id
    where s.product_id = ${productId}::uuid and p.deleted_at is null`.execute(executor);
  return rows.map((row) => storedStock(productId, row))[0];
}

interface MovementRow {
  readonly id: string;
  readonly kind: string;
  readonly on_hand_change: string;
  readonly reserved_change: string;
  readonly order_id: string | null;
  readonly reason: string;
  readonly actor_id: string | null;
  readonly created_ms: string | number;
}

/** The movements of a product, newest first, from the one before `before` on. Served by `stock_movements_by_product`. */
export function movementsQuery(productId: string, before: bigint, limit: number): RawBuilder<MovementRow> {
  return sql<MovementRow>`
    select id, kind, on_hand_change, reserved_change, order_id, reason, actor_id, extract(epoch from created_at) * 1000 as created_ms
    from stock_movements where product_id = ${productId}::uuid and id < ${String(before)}::bigint
    order by id desc limit ${limit}`;
}

/** Runs `movementsQuery`. */
export async function listMovements(
  executor: QueryExecutorProvider,
  ...query: Parameters<typeof movementsQuery>
): Promise<StoredMovement[]> {
  const { rows } = await movementsQuery(...query).execute(executor);
  return rows.map((row) => ({
    id: BigInt(row.id),
    kind: row.kind,
    onHandChange: BigInt(row.on_hand_change),
    reservedChange: BigInt(row.reserved_change),
    orderId: row.order_id ?? undefined,
    reason: row.reason,
    actorId: row.actor_id ?? undefined,
    createdAt: new Date(Number(row.created_ms)),
  }));
}

function storedStock(productId: string, { on_hand, reserved }: StockRow): StoredStock {
  return { productId, onHand: BigInt(on_hand), reserved: BigInt(reserved) };
}
