import type { Money } from '@shopverse/mesh/money';
import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';

/** A price that a product has or had. */
export interface StoredPrice {
  /** Larger than those of the prices before it. */
  readonly position: bigint;
  readonly price: Money;
  readonly since: Date;
  /** A user's id; undefined when no user set it. */
  readonly setBy: string | undefined;
}

interface PriceRow {
  readonly id: string;
  readonly price_minor: string;
  readonly currency: string;
  readonly since_ms: string | number;
  readonly set_by: string | null;
}

/** Remembers the prices that these products have now. To be called in the transaction that set them. */
export async function recordPrices(
  executor: QueryExecutorProvider,
  productIds: readonly string[],
  setBy: string | undefined,
): Promise<void> {
  await sql`
    insert into product_prices (product_id, price_minor, currency, since, set_by)
    select id, price_minor, currency, updated_at, ${setBy ?? null}::uuid from products where id = any (${productIds}::uuid[])
    order by id`.execute(executor);
}

/** The prices of a product, newest first, from the one before `before` on. Served by `product_prices_by_product`. */
export function pricesQuery(productId: string, before: bigint, limit: number): RawBuilder<PriceRow> {
  return sql<PriceRow>`
    select id, price_minor, currency, extract(epoch from since) * 1000 as since_ms, set_by
    from product_prices where product_id = ${productId}::uuid and id < ${String(before)}::bigint
    order by id desc limit ${limit}`;
}

/** Runs `pricesQuery`. */
export async function listPrices(executor: QueryExecutorProvider, ...query: Parameters<typeof pricesQuery>): Promise<StoredPrice[]> {
  const { rows } = await pricesQuery(...query).execute(executor);
  return rows.map(({ id, price_minor, currency, since_ms, set_by }) => ({
    position: BigInt(id),
    price: { currency, minor: BigInt(price_minor) },
    since: new Date(Number(since_ms)),
    setBy: set_by ?? undefined,
  }));
}
