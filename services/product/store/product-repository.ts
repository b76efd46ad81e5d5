import type { Transaction } from '@shopverse/mesh/store/postgres';
import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import { PRODUCT_COLUMNS, storedProduct, type ProductRow, type StoredProduct } from './stored-product.ts';

/** A product that is not deleted. */
export async function findProduct(executor: QueryExecutorProvider, id: string): Promise<StoredProduct | undefined> {
  return (await findProducts(executor, [id]))[0];
}

/** Those of the products that exist and are not deleted, in one query. */
export async function findProducts(executor: QueryExecutorProvider, ids: readonly string[]): Promise<StoredProduct[]> {
  const { rows } = await productsById(ids).execute(executor);
  return rows.map(storedProduct);
}

/** The statement of `findProducts`. Served by `products_pkey` and `stock_pkey`. */
export function productsById(ids: readonly string[]): RawBuilder<ProductRow> {
  return sql<ProductRow>`
    select ${PRODUCT_COLUMNS} from products p join stock s on s.product_id = p.id
    where p.id = any (${ids}::uuid[]) and p.deleted_at is null`;
}

/** A product that is not deleted, locked against other writers of it until the transaction ends; buyers, who lock its stock, do not wait. */
export async function lockProduct(tx: Transaction, id: string): Promise<StoredProduct | undefined> {
  const { rows } = await sql<ProductRow>`
    select ${PRODUCT_COLUMNS} from products p join stock s on s.product_id = p.id
    where p.id = ${id}::uuid and p.deleted_at is null for no key update of p`.execute(tx.sql);
  return rows.map(storedProduct)[0];
}

/** A product that has a SKU, and what there is of it. */
export interface ProductInStock extends StoredProduct {
  readonly onHand: bigint;
  readonly reserved: bigint;
}

/** The live products that have these SKUs, and what there is of each. Served by `products_sku`. */
export async function findBySku(executor: QueryExecutorProvider, skus: readonly string[]): Promise<ProductInStock[]> {
  const { rows } = await sql<InStockRow>`
    select ${PRODUCT_COLUMNS}, s.on_hand, s.reserved from products p join stock s on s.product_id = p.id
    where p.sku = any (${skus}::text[]) and p.deleted_at is null`.execute(executor);
  return rows.map(productInStock);
}

/**
 * The same by id, locked against other writers until the transaction ends, in the order of their ids. Of those in `stockToo` what there is is locked as well, in the order in which buyers
 * lock it.
 */
export async function lockInStock(tx: Transaction, ids: readonly string[], stockToo: readonly string[]): Promise<ProductInStock[]> {
  await sql`
    select from products p where p.id = any (${ids}::uuid[]) and p.deleted_at is null order by p.id for no key update`.execute(tx.sql);
  if (stockToo.length > 0)
    await sql`select from stock s where s.product_id = any (${stockToo}::uuid[]) order by s.product_id for no key update`.execute(tx.sql);
  const { rows } = await sql<InStockRow>`
    select ${PRODUCT_COLUMNS}, s.on_hand, s.reserved from products p join stock s on s.product_id = p.id
    where p.id = any (${ids}::uuid[]) and p.deleted_at is null`.execute(tx.sql);
  return rows.map(productInStock);
}

type InStockRow = ProductRow & { readonly on_hand: string; readonly reserved: string };

function productInStock(row: InStockRow): ProductInStock {
  return { ...storedProduct(row), onHand: BigInt(row.on_hand), reserved: BigInt(row.reserved) };
}
