import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { ExportedProduct } from '../imports/write-rows.ts';
import { PRODUCT_COLUMNS, storedProduct, type ProductRow } from './stored-product.ts';

type ExportRow = ProductRow & { readonly slug: string; readonly on_hand: string };

/** Products that are not deleted, for sale or not, oldest first, from the one after `after` on. Served by the primary keys. */
export function exportQuery(after: string | undefined, limit: number): RawBuilder<ExportRow> {
  return sql<ExportRow>`
    select ${PRODUCT_COLUMNS}, c.slug, s.on_hand
    from products p join stock s on s.product_id = p.id join categories c on c.id = p.category_id
    where p.deleted_at is null and p.id > ${after ?? '00000000-0000-0000-0000-000000000000'}::uuid
    order by p.id limit ${limit}`;
}

/** Runs `exportQuery`. */
export async function listForExport(executor: QueryExecutorProvider, ...query: Parameters<typeof exportQuery>): Promise<ExportedProduct[]> {
  const { rows } = await exportQuery(...query).execute(executor);
  return rows.map((row) => ({ ...storedProduct(row), category: row.slug, onHand: BigInt(row.on_hand) }));
}
