import type {
  ListTrendingProductsRequest,
  ListTrendingProductsResponse,
} from '@shopverse/contracts/shopverse/recommendation/v1/recommendation_service';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Suggestion } from '../domain/recommend.ts';
import type { RankedLists } from '../store/ranked-lists.ts';
import { limitOf, shown, type ShownDeps } from './shown.ts';

/** What many look at and buy of late. */
export const listTrendingProducts =
  (
    deps: ShownDeps & { readonly lists: Pick<RankedLists, 'of'> },
  ): UnaryHandler<ListTrendingProductsRequest, ListTrendingProductsResponse> =>
  async (request) => {
    const list = await deps.lists.of('trending');
    const suggestions = list.map(({ productId, score }): Suggestion => ({ productId, score, cause: { kind: 'TRENDING' } }));
    return { products: await shown(deps, suggestions, limitOf(request)) };
  };
