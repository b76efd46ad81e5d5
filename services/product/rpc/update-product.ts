import type { Product } from '@shopverse/contracts/shopverse/product/v1/product';
import type {
  DeleteProductRequest,
  DeleteProductResponse,
  ProductChange,
  UpdateProductRequest,
} from '@shopverse/contracts/shopverse/product/v1/product_service';
import { failure, invalidField } from '@shopverse/mesh/failure';
import { fromMessage } from '@shopverse/mesh/money';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres, Transaction } from '@shopverse/mesh/store/postgres';
import { changedDetails, type ProductDetails } from '../domain/product.ts';
import { categoryNames } from '../store/category-repository.ts';
import { keepTree } from '../store/category-tree-lock.ts';
import { changeProduct, deleteStoredProduct } from '../store/change-products.ts';
import { publishRaisedThreshold } from '../store/low-stock.ts';
import { lockProduct } from '../store/product-repository.ts';
import type { StoredProduct } from '../store/stored-product.ts';
import { etagOf, toProductMessage } from './product-message.ts';
import { productNotFound } from './read-products.ts';

/** What changing a product needs. */
export interface UpdateProductDeps {
  readonly database: Postgres;
  readonly clock: () => Date;
}

/** What changing when there are few of it needs besides. */
export interface LowStockDeps extends UpdateProductDeps {
  /** There are few of a product without a threshold of its own when no more than this can be ordered. */
  readonly lowAt: bigint;
}

/** How each field that update_mask may name is read. */
const readers: Readonly<Record<string, (change: ProductChange) => Partial<ProductDetails>>> = {
  name: ({ name }) => ({ name }),
  description: ({ description }) => ({ description }),
  brand: ({ brand }) => ({ brand }),
  category_id: ({ categoryId }) => {
    if (categoryId === '') throw invalidField('product.category_id', 'is required where update_mask names it');
    return { categoryId };
  },
  price: ({ price }) => ({ price: fromMessage(price, 'product.price') }),
  image_urls: ({ imageUrls }) => ({ imageUrls }),
  active: ({ active }) => ({ active }),
  attributes: ({ attributes }) => ({ attributes }),
  low_stock_threshold: ({ lowStockThreshold }) => ({ lowStockThreshold }),
};

/** Changes what the mask names. What is the same already is no change: no event, the same etag. Errors: PRODUCT_NOT_FOUND, CATEGORY_NOT_FOUND, CONCURRENT_CHANGE. */
export function updateProduct({ database, clock, lowAt }: LowStockDeps): UnaryHandler<UpdateProductRequest, Product> {
  return async (request, call) => {
    const { userId } = signedIn(call);
    const change = changeOf(request);
    return database.transaction(async (tx) => {
      await keepTree(tx.sql);
      const product = await lockAsSeen(tx, request.id, request.product?.etag ?? '');
      const after = changedDetails(product, change);
      if (after === undefined) return toProductMessage(product);
      const names = await categoryNames(tx.sql, after.categoryId);
      if (names === undefined) throw failure('CATEGORY_NOT_FOUND', 'No category with this id.', { category_id: after.categoryId });
      const context = { at: clock(), actor: userId, toMessage: toProductMessage };
      const changed = await changeProduct(tx, product, { ...after, categoryNames: names }, context);
      publishRaisedThreshold(tx, product, changed, { at: context.at, lowAt });
      return toProductMessage(changed);
    });
  };
}

/** Takes a product out of the catalogue. Errors: PRODUCT_NOT_FOUND, CONCURRENT_CHANGE. */
export function deleteProduct({ database, clock }: UpdateProductDeps): UnaryHandler<DeleteProductRequest, DeleteProductResponse> {
  return async ({ id, etag }) =>
    database.transaction(async (tx) => {
      await deleteStoredProduct(tx, await lockAsSeen(tx, id, etag), clock());
      return {};
    });
}

/** The product, when it is still the one that the caller saw; an empty etag stands for any. */
async function lockAsSeen(tx: Transaction, id: string, etag: string): Promise<StoredProduct> {
  const product = await lockProduct(tx, id);
  if (product === undefined) throw productNotFound(id);
  const now = etagOf(product.version);
  if (etag === '' || etag === now) return product;
  throw failure('CONCURRENT_CHANGE', 'The product has changed since you read it; read it again.', { product_id: id, etag: now });
}

function changeOf({ product, updateMask }: UpdateProductRequest): Partial<ProductDetails> {
  if (product === undefined) throw invalidField('product', 'is required');
  const paths = updateMask === undefined || updateMask.length === 0 ? givenPaths(product) : updateMask;
  if (paths.length === 0) throw invalidField('update_mask', 'must name a field, or a field must be given');
  return Object.assign({}, ...paths.map((path) => readers[path]?.(product) ?? unknownPath(path))) as Partial<ProductDetails>;
}

function givenPaths({
  name,
  description,
  brand,
  categoryId,
  price,
  imageUrls,
  active,
  attributes,
  lowStockThreshold,
}: ProductChange): string[] {
  const lists = { image_urls: imageUrls.length > 0, attributes: attributes.length > 0 };
  const threshold = { low_stock_threshold: lowStockThreshold !== undefined };
  const given = { name, description, brand, category_id: categoryId, price, active, ...lists, ...threshold };
  return Object.keys(given).filter((path) => Boolean(given[path as keyof typeof given]));
}

function unknownPath(path: string): never {
  throw invalidField('update_mask', `names ${path}, which can't be changed`);
}
