import { ProductFacet, type ProductFacets } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { toMessage } from '@shopverse/mesh/money';
import type { Facet, StoredFacets } from '../store/product-facets.ts';

const FACETS: ReadonlyMap<ProductFacet, Facet> = new Map([
  [ProductFacet.CATEGORY, 'category'],
  [ProductFacet.BRAND, 'brand'],
  [ProductFacet.PRICE, 'price'],
]);

/** What is asked to be counted by; the contract's rules leave no other. */
export function facetsOf(wanted: readonly ProductFacet[]): ReadonlySet<Facet> {
  return new Set(wanted.flatMap((facet) => FACETS.get(facet) ?? []));
}

/** Counts as they travel. @param currency of the shop */
export function toFacetsMessage({ total, categories, brands, prices }: StoredFacets, currency: string): ProductFacets {
  const price = (minor: bigint | undefined) => (minor === undefined ? undefined : toMessage({ currency, minor }));
  return {
    totalCount: total,
    categories: categories.map((category) => ({ ...category })),
    brands: brands.map((brand) => ({ ...brand })),
    minPrice: price(prices?.[0]),
    maxPrice: price(prices?.[1]),
  };
}
