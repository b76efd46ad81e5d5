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
import { failure, type Failure } from '@shopverse/mesh/failure';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import type { CategoryTree } from '../store/category-tree.ts';
import { findProduct, findProducts } from '../store/product-repository.ts';
import { toCategoryMessage, toProductMessage } from './product-message.ts';

/** What reading needs. */
export interface ReadDeps {
  readonly database: Postgres;
}

/** What remembering a view needs besides. */
export interface ViewDeps extends ReadDeps {
  readonly views: BestEffortPublisher;
  readonly clock: () => Date;
}

/**
 * One product, for sale or not. That a signed-in user looked at it is published with best effort: reading neither waits for that nor fails with it.
 * Errors: PRODUCT_NOT_FOUND.
 */
export function getProduct({ database, views, clock }: ViewDeps): UnaryHandler<GetProductRequest, Product> {
  return async ({ id }, { caller }) => {
    const product = await findProduct(database.sql, id);
    if (product === undefined) throw productNotFound(id);
    if (caller !== undefined) {
      views.publish(eventTypes['shopverse.product.v1.ProductViewed'], {
        userId: caller.userId,
        productId: product.id,
        categoryId: product.categoryId,
        viewedAt: clock(),
      });
    }
    return toProductMessage(product);
  };
}

/** Products by id, in one query; unknown and deleted ones are left out. */
export function batchGetProducts({ database }: ReadDeps): UnaryHandler<BatchGetProductsRequest, BatchGetProductsResponse> {
  return async ({ ids }) => ({ products: (await findProducts(database.sql, ids)).map(toProductMessage) });
}

/** The category tree, parents before their children. */
export function listCategories({
  tree,
}: {
  readonly tree: Pick<CategoryTree, 'list'>;
}): UnaryHandler<ListCategoriesRequest, ListCategoriesResponse> {
  return async () => ({ categories: (await tree.list()).map(toCategoryMessage) });
}

/** There is no such product, or none any more. */
export function productNotFound(id: string): Failure {
  return failure('PRODUCT_NOT_FOUND', 'No product with this id.', { product_id: id });
}
