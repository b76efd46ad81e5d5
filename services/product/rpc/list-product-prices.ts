import type { ListProductPricesRequest, ListProductPricesResponse } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { toMessage } from '@shopverse/mesh/money';
import { page, pageSize } from '@shopverse/mesh/paging';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { listPrices } from '../store/price-history.ts';
import { findProduct } from '../store/product-repository.ts';
import { positionBefore } from './position-token.ts';
import { productNotFound, type ReadDeps } from './read-products.ts';

/** The prices that a product has had, newest first. Errors: PRODUCT_NOT_FOUND, INVALID_PAGE_TOKEN. */
export function listProductPrices({ database }: ReadDeps): UnaryHandler<ListProductPricesRequest, ListProductPricesResponse> {
  return async (request) => {
    const { productId } = request;
    const query = { list: 'product-prices', productId };
    const before = positionBefore(query, request.pageToken);
    const size = pageSize(request);
    if ((await findProduct(database.sql, productId)) === undefined) throw productNotFound(productId);
    const found = await listPrices(database.sql, productId, before, size + 1);
    const { rows, nextPageToken } = page(found, size, query, ({ position }) => [String(position)]);
    return { prices: rows.map(({ price, since, setBy }) => ({ price: toMessage(price), since, setBy: setBy ?? '' })), nextPageToken };
  };
}
