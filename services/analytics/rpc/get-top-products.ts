import type { GetTopProductsRequest, GetTopProductsResponse } from '@shopverse/contracts/shopverse/analytics/v1/analytics_service';
import { toMessage } from '@shopverse/mesh/money';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { openRange } from '../domain/time-range.ts';
import type { Figures } from '../store/figures.ts';

/** What the list needs. */
export interface GetTopProductsDeps {
  readonly figures: Pick<Figures, 'topProducts'>;
  /** @default the system's clock */
  readonly now?: () => Date;
}

const DEFAULT_LIMIT = 10;

/** What sells best, by revenue of confirmed orders; a product sold in several currencies has an entry for each. Errors: INVALID_REQUEST when `to` is before `from`. */
export const getTopProducts =
  ({ figures, now = () => new Date() }: GetTopProductsDeps): UnaryHandler<GetTopProductsRequest, GetTopProductsResponse> =>
  async (request, call) => {
    const range = openRange({ from: request.from, to: request.to ?? now() });
    const count = request.limit > 0 ? request.limit : DEFAULT_LIMIT;
    const products = await figures.topProducts(range, count, call);
    return { products: products.map(({ revenue, ...product }) => ({ ...product, revenue: toMessage(revenue) })) };
  };
