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

/** How what is on hand is changed, by whom, and from which number on there are few. */
export type AdjustContext = Taking & { readonly actor: string };

type AdjustedRow = StockRow & { readonly low_stock_threshold: string | null };

/**
 * Changes what is on hand, with its movement, in one statement, and says what can be ordered then. Undefined, and nothing is changed, when there is no such
 * product, when less than what is reserved would be left, or more than `MOST_ON_HAND`.
 */
export async function adjustStored(tx: Transaction, wanted: Adjustment, context: AdjustContext): Promise<StoredStock | undefined> {
  return (await adjustMany(tx, [wanted], wanted, context))[0];
}

/** The same for many products, each named once, in one statement; answers those that could be changed. */
export async function adjustMany(
  tx: Transaction,
  changes: readonly Pick<Adjustment, 'productId' | 'change'>[],
  { kind, reason }: Pick<Adjustment, 'kind' | 'reason'>,
  { at, actor, lowAt }: AdjustContext,
): Promise<StoredStock[]> {
  if (changes.length === 0) return [];
  const ids = changes.map(({ productId }) => productId);
  const { rows } = await sql<AdjustedRow & { readonly product_id: string; readonly change: string }>`
    with changed as (
      update stock s set on_hand = s.on_hand + wanted.change, version = s.version + 1
      from unnest(${ids}::uuid[], ${changes.map(({ change }) => String(change))}::bigint[]) as wanted (product_id, change)
      join products p on p.id = wanted.product_id and p.deleted_at is null
      where s.product_id = wanted.product_id and s.on_hand + wanted.change between s.reserved and ${String(MOST_ON_HAND)}::bigint
      returning s.product_id, s.on_hand, s.reserved, s.version, wanted.change, p.low_stock_threshold
    ), movement as (
      insert into stock_movements (product_id, kind, on_hand_change, reserved_change, reason, actor_id)
      select c.product_id, ${kind}, c.change, 0, ${reason}, ${actor}::uuid from changed c order by c.product_id
    )
    select product_id, on_hand, reserved, version, change, low_stock_threshold from changed order by product_id`.execute(tx.sql);
  const changed = rows.map((row) => {
    const stock = storedStock(row.product_id, row);
    return {
      stock,
      available: stock.onHand - stock.reserved,
      version: BigInt(row.version),
      change: BigInt(row.change),
      threshold: row.low_stock_threshold === null ? undefined : BigInt(row.low_stock_threshold),
    };
  });
  publishStockChanges(tx, changed.map(({ stock: { productId }, available, version }) => ({ productId, available, version })), at); // prettier-ignore
  const taken = changed.flatMap(({ stock: { productId }, available, change, threshold }) =>
    change < 0n ? [{ productId, quantity: -change, available, threshold }] : [],
  );
  await publishLowStock(tx, taken, { at, lowAt });
  return changed.map(({ stock }) => stock);
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
