import { Product } from '@shopverse/contracts/shopverse/product/v1/product';
import type { CreateProductRequest } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { failure } from '@shopverse/mesh/failure';
import { fromMessage } from '@shopverse/mesh/money';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { idempotent } from '@shopverse/mesh/store/idempotency';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { newProduct } from '../domain/product.ts';
import { categoryNames } from '../store/category-repository.ts';
import { keepTree } from '../store/category-tree-lock.ts';
import { addProducts } from '../store/add-products.ts';
import { toProductMessage } from './product-message.ts';

/** What adding a product needs. */
export interface CreateProductDeps {
  readonly database: Postgres;
  readonly clock: () => Date;
  /** The shop's currency, ISO 4217. */
  readonly currency: string;
}

/** Adds a product with its first stock. Errors: CATEGORY_NOT_FOUND, SKU_TAKEN, IDEMPOTENCY_KEY_REUSED. */
export function createProduct({ database, clock, currency }: CreateProductDeps): UnaryHandler<CreateProductRequest, Product> {
  return async (request, call) => {
    const draft = { ...request, price: fromMessage(request.price, 'price') };
    return idempotent(database, call, { codec: Product }, async (claim) => {
      const product = newProduct(draft, { id: claim.resourceId, at: clock(), currency });
      return database.transaction(async (tx) => {
        await keepTree(tx.sql);
        const names = await categoryNames(tx.sql, product.categoryId);
        if (names === undefined) throw failure('CATEGORY_NOT_FOUND', 'No category with this id.', { category_id: product.categoryId });
        const item = { product, categoryNames: names };
        const [added] = await addProducts(tx, [item], { reason: 'initial stock', toMessage: toProductMessage, actor: call.caller?.userId });
        if (added === undefined) throw new Error('The product was not added.');
        const answer = toProductMessage(added);
        await claim.complete(tx, answer);
        return answer;
      });
    });
  };
}
