import { eventTypes } from '@shopverse/contracts/event-types';
import type { Product } from '@shopverse/contracts/shopverse/product/v1/product';
import type {
  BatchGetProductsRequest,
  BatchGetProductsResponse,
  GetProductRequest,
  ListCategoriesRequest,
  ListCategoriesResponse,
} from '@shopverse/contracts/shopverse/product/v1/product_service';
import type { BestEffortPublisher } from '@shopverse/mesh/events/best-effort-publisher';
import { failure } from '@shopverse/mesh/failure';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { productMessage } from '../store/product-row.ts';
import { findCategories, findProducts } from '../store/product-repository.ts';
import type { ProductDatabase } from '../store/tables.ts';

interface GetProductDeps {
  readonly database: ProductDatabase;
  readonly views: BestEffortPublisher;
  readonly clock: () => Date;
}

/** One product. That a signed-in user looked at it is told, best effort: it never slows or fails the answer. */
export function getProduct({ database, views, clock }: GetProductDeps): UnaryHandler<GetProductRequest, Product> {
  return async ({ id }, { caller }) => {
    const [row] = await findProducts(database.sql, [id], { onlyActive: true });
    if (row === undefined) throw failure('PRODUCT_NOT_FOUND', 'There is no product with this id.', { product_id: id });
    if (caller !== undefined) {
      views.publish(eventTypes['shopverse.product.v1.ProductViewed'], {
        userId: caller.userId,
        productId: id,
        categoryId: row.category_id,
        viewedAt: clock(),
      });
    }
    return productMessage(row);
  };
}

/** Products by id, in no order; unknown and deleted ones are left out. */
export function batchGetProducts({
  database,
}: {
  readonly database: ProductDatabase;
}): UnaryHandler<BatchGetProductsRequest, BatchGetProductsResponse> {
  return async ({ ids }) => ({ products: (await findProducts(database.sql, ids, { onlyActive: false })).map(productMessage) });
}

/** The category tree, parents before their children. */
export function listCategories({
  database,
}: {
  readonly database: ProductDatabase;
}): UnaryHandler<ListCategoriesRequest, ListCategoriesResponse> {
  return async () => ({
    categories: (await findCategories(database.sql)).map(({ id, name, slug, parent_id: parentId }) => ({
      id,
      name,
      slug,
      parentId: parentId ?? '',
    })),
  });
}
