import { ListProductsRequest, ProductFacet } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { sqlOn } from '@shopverse/mesh/store/sql';
import { Client, Pool } from 'pg';
import { NEWEST_FIRST } from '../../services/product/domain/product-order.ts';
import { facetsQuery, type Facet } from '../../services/product/store/product-facets.ts';
import type { ProductFilter } from '../../services/product/store/product-filter.ts';
import { listedProducts } from '../../services/product/store/product-list.ts';
import { productsById } from '../../services/product/store/product-repository.ts';
import { bestMatches } from '../../services/product/store/product-search.ts';
import { alikeWordsQuery } from '../../services/product/store/search-query.ts';
import type { Metric } from '../result.ts';
import type { BenchShop } from './bench-shop.ts';
import { besides, type Compilable, type Read } from './side-by-side.ts';

const PAGE = 20;
const EVERYTHING: ProductFilter = { categoryId: undefined, brand: undefined, inStock: false, price: undefined };
const ALL_FACETS: ReadonlySet<Facet> = new Set(['category', 'brand', 'price']);
const DEPARTMENTS = ['kitchen-dining', 'electronics', 'books', 'toys', 'home', 'beauty', 'fashion', 'sports'];
const BRANDS = ['Kavira', 'Tavola', 'Ember Home', 'Nilgiri Steel'];
const WORDS = ['cookware', 'yoga mat', 'kettle', 'steel bottle', 'earbuds', 'table lamp', 'cushion', 'dinner set'];
const TYPOS = ['cokware', 'kettelbell', 'cushoin', 'presure coker', 'erbuds'];

/** What a read costs the service, next to what its statements cost alone: of one reader, so that nothing waits in a queue. */
export async function reads(shop: BenchShop, { quick }: { readonly quick: boolean }): Promise<Metric[]> {
  const raw = new Client({ connectionString: shop.databaseUrl });
  const pool = new Pool({ connectionString: shop.databaseUrl, max: 1 });
  await raw.connect();
  try {
    const compile = (query: Compilable) => query.compile(sqlOn<unknown>(pool));
    const rounds = quick ? 60 : 300;
    const metrics: Metric[] = [];
    for (const read of readsOf(shop)) metrics.push(...(await besides(raw, compile, read, rounds)));
    return metrics;
  } finally {
    await Promise.all([raw.end(), pool.end()]);
  }
}

function readsOf({ visitor, productIds, categories }: BenchShop): Read[] {
  const list = (wanted: Partial<ListProductsRequest>) => visitor.listProducts({ ...ListProductsRequest.fromPartial({}), ...wanted });
  const at = <T>(values: readonly T[], index: number): T => values[index % values.length] as T;
  const departments = DEPARTMENTS.flatMap((slug) => categories.get(slug) ?? []);
  const narrowed = (index: number): ProductFilter => ({
    ...EVERYTHING,
    categoryId: at(departments, index),
    inStock: true,
    price: { currency: 'INR', min: 50_000n, max: 250_000n },
  });
  const price = (units: bigint) => ({ currencyCode: 'INR', units, nanos: 0 });
  const bounds = { inStock: true, minPrice: price(500n), maxPrice: price(2_500n) };
  return [
    {
      name: 'get',
      ask: (index) => visitor.getProduct({ id: at(productIds, index) }),
      statements: (index) => [productsById([at(productIds, index)])],
    },
    { name: 'list', ask: () => list({}), statements: () => [listedProducts(EVERYTHING, NEWEST_FIRST, undefined, PAGE + 1)] },
    {
      name: 'filtered_list',
      ask: (index) => list({ categoryId: at(departments, index), ...bounds }),
      statements: (index) => [listedProducts(narrowed(index), NEWEST_FIRST, undefined, PAGE + 1)],
    },
    {
      name: 'list_by_price',
      ask: (index) => list({ brand: at(BRANDS, index), orderBy: 'price' }),
      statements: (index) => [
        listedProducts({ ...EVERYTHING, brand: at(BRANDS, index) }, { by: 'price', descending: false }, undefined, PAGE + 1),
      ],
    },
    {
      name: 'search',
      ask: (index) => list({ query: at(WORDS, index) }),
      statements: (index) => [bestMatches({ words: at(WORDS, index).split(' ') }, EVERYTHING, undefined, PAGE + 1)],
    },
    {
      name: 'typo',
      ask: (index) => list({ query: at(TYPOS, index) }),
      statements: (index) => {
        const words = at(TYPOS, index).split(' ');
        const alike = alikeWordsQuery(words);
        const alternatives = (rows: readonly { readonly alike?: string[] }[]) =>
          bestMatches({ alternatives: rows.map(({ alike = [] }) => alike) }, EVERYTHING, undefined, PAGE + 1);
        return [bestMatches({ words }, EVERYTHING, undefined, PAGE + 1), alike, alternatives];
      },
    },
    {
      name: 'facets',
      ask: (index) =>
        list({ categoryId: at(departments, index), pageSize: 1, facets: [ProductFacet.CATEGORY, ProductFacet.BRAND, ProductFacet.PRICE] }),
      statements: (index) => {
        const filter = { ...EVERYTHING, categoryId: at(departments, index) };
        return [listedProducts(filter, NEWEST_FIRST, undefined, 2), facetsQuery(undefined, filter, ALL_FACETS, 'INR')];
      },
    },
    {
      name: 'facets_of_everything',
      ask: () => list({ pageSize: 1, facets: [ProductFacet.CATEGORY, ProductFacet.BRAND, ProductFacet.PRICE] }),
      statements: () => [listedProducts(EVERYTHING, NEWEST_FIRST, undefined, 2), facetsQuery(undefined, EVERYTHING, ALL_FACETS, 'INR')],
    },
  ];
}
