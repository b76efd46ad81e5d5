import type { ListProductsRequest } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { priceRange } from '../domain/price-range.ts';
import { productOrder, type ProductOrder } from '../domain/product-order.ts';
import type { ProductFilter } from '../store/product-filter.ts';

/** What a request asks to be listed. */
export interface WantedList {
  /** Empty: everything. */
  readonly text: string;
  readonly filter: ProductFilter;
  /** Undefined when the request does not say. */
  readonly order: ProductOrder | undefined;
  /** What a page token is bound to: all that shapes the list. */
  readonly query: Readonly<Record<string, unknown>>;
}

/** @param currency of the shop. @throws Failure INVALID_REQUEST naming the field */
export function wantedList(request: ListProductsRequest, currency: string): WantedList {
  const { categoryId, brand, inStock } = request;
  const price = priceRange(request.minPrice, request.maxPrice, currency);
  const order = productOrder(request.orderBy);
  const filter = { categoryId: given(categoryId), brand: given(brand.trim()), inStock, price };
  const query = { list: 'products', text: request.query, ...filter, order };
  return { text: request.query.trim(), filter, order, query };
}

function given(text: string): string | undefined {
  return text === '' ? undefined : text;
}
