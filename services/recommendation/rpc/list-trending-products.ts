import type {
  ListTrendingProductsRequest,
  ListTrendingProductsResponse,
} from '@shopverse/contracts/shopverse/recommendation/v1/recommendation_service';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { RankedLists } from '../store/ranked-lists.ts';
import { limitOf, shown, type ShownDeps } from './shown.ts';

/** What many look at and buy of late. */
export const listTrendingProducts =
  ({
    lists,
    products,
  }: ShownDeps & { readonly lists: Pick<RankedLists, 'of'> }): UnaryHandler<ListTrendingProductsRequest, ListTrendingProductsResponse> =>
  async (request) => ({ products: await shown({ products }, await lists.of('trending'), limitOf(request)) });
