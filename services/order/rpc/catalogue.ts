import type { Product } from '@shopverse/contracts/shopverse/product/v1/product';
import type { ProductServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { fromMessage } from '@shopverse/mesh/money';
import type { RpcClient } from '@shopverse/mesh/rpc/client';
import type { CatalogueEntry } from '../domain/order-line.ts';

/** The part of the product service that prices and stock come from. */
export type Products = Pick<RpcClient<typeof ProductServiceDefinition>, 'batchGetProducts'>;

/** What the catalogue says of the products that it was asked about; undefined of those that it does not know. */
export type Catalogue = ReadonlyMap<string, CatalogueEntry | undefined>;

/** Asks the catalogue about products that `known` says nothing of, in one call; when there are none, without one. */
export async function readCatalogue(products: Products, ids: Iterable<string>, known: Catalogue = new Map()): Promise<Catalogue> {
  const missing = [...new Set(ids)].filter((id) => !known.has(id));
  if (missing.length === 0) return known;
  const answer = await products.batchGetProducts({ ids: missing });
  const found = new Map(answer.products.map((product) => [product.id, entryOf(product)]));
  return new Map([...known, ...missing.map((id) => [id, found.get(id)] as const)]);
}

function entryOf({ id, sku, name, price, active, available }: Product): CatalogueEntry {
  return { productId: id, sku, name, price: fromMessage(price, 'price'), active, available };
}
