import type {
  ListSimilarProductsRequest,
  ListSimilarProductsResponse,
} from '@shopverse/contracts/shopverse/recommendation/v1/recommendation_service';
import { failure } from '@shopverse/mesh/failure';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Suggestion } from '../domain/recommend.ts';
import { mostSimilar, type Similar } from '../domain/similarity.ts';
import { SHORTLIST } from '../store/documents.ts';
import type { ProductDetails, ProductStore } from '../store/product-store.ts';
import type { SimilarStore } from '../store/similar-store.ts';
import { limitOf, shown, type ShownDeps } from './shown.ts';

/** What listing similar products needs. */
export interface ListSimilarProductsDeps extends ShownDeps {
  readonly similar: Pick<SimilarStore, 'answer'>;
  readonly products: Pick<ProductStore, 'details' | 'popularInCategory'>;
}

/** Products of its category that are listed for one of which nobody's history tells anything: the longest answer, and some to spare. */
const MATES = 60;

/**
 * What others view or buy together with a product, of which it can be for sale or not; what is popular in its category as far as nobody's history tells
 * anything. One read when the product has a list. Errors: PRODUCT_NOT_FOUND.
 */
export const listSimilarProducts =
  (deps: ListSimilarProductsDeps): UnaryHandler<ListSimilarProductsRequest, ListSimilarProductsResponse> =>
  async (request) => {
    const { id } = request;
    const limit = limitOf(request);
    const answer = await deps.similar.answer(id);
    const product = answer?.known.get(id) ?? (await deps.products.details([id])).get(id);
    if (product === undefined || product.deleted || product.name === '')
      throw failure('PRODUCT_NOT_FOUND', 'No product with this id.', { product_id: id });
    const list = answer?.products ?? mostSimilar(id, [], await deps.products.popularInCategory(product.categoryId, MATES), MATES);
    const known = answer?.known ?? new Map<string, ProductDetails>();
    const first = { count: known.has(id) ? SHORTLIST : 0, details: known };
    return { products: await shown(deps, list.map(suggestion(product)), limit, first) };
  };

function suggestion({ id, name }: ProductDetails): (similar: Similar) => Suggestion {
  return ({ productId, score, mate }) => ({
    productId,
    score,
    cause: mate === true ? { kind: 'POPULAR_IN_CATEGORY' } : { kind: 'TOGETHER', productId: id, productName: name },
  });
}
