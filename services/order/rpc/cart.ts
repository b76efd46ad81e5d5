import { eventTypes } from '@shopverse/contracts/event-types';
import { Cart as CartMessage } from '@shopverse/contracts/shopverse/order/v1/cart';
import type {
  AddCartItemRequest,
  ClearCartRequest,
  GetCartRequest,
  RemoveCartItemRequest,
  UpdateCartItemRequest,
} from '@shopverse/contracts/shopverse/order/v1/cart_service';
import { failure } from '@shopverse/mesh/failure';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { idempotent } from '@shopverse/mesh/store/idempotency';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import type { CartLine } from '../domain/cart.ts';
import { viewOf } from '../domain/cart-view.ts';
import { changeCart, findCartLines } from '../store/cart-repository.ts';
import { toCartMessage } from './cart-message.ts';
import { readCatalogue, type Catalogue, type Products } from './catalogue.ts';

/** What the cart needs. */
export interface CartDeps {
  readonly database: Postgres;
  readonly products: Products;
  readonly clock: () => Date;
}

/** The caller's cart at the prices and with the stock of this moment. */
export function getCart({ database, products }: CartDeps): UnaryHandler<GetCartRequest, CartMessage> {
  return async (_request, call) => show(products, await findCartLines(database.sql, signedIn(call).userId));
}

/**
 * Puts some of a product into the caller's cart, beside what is there of it already. That it was added is told with the transaction. Errors: PRODUCT_NOT_FOUND,
 * CART_LIMIT, IDEMPOTENCY_KEY_REUSED.
 */
export function addCartItem({ database, products, clock }: CartDeps): UnaryHandler<AddCartItemRequest, CartMessage> {
  return async ({ productId: asked, quantity }, call) => {
    const { userId } = signedIn(call);
    const productId = asked.toLowerCase();
    return idempotent(database, call, { codec: CartMessage }, async (claim) => {
      const catalogue = await catalogueOfCart({ database, products }, userId, productId);
      const entry = catalogue.get(productId);
      if (entry?.active !== true) throw failure('PRODUCT_NOT_FOUND', 'No such product is sold.', { product_id: productId });
      return database.transaction(async (tx) => {
        const at = clock();
        const lines = await changeCart(tx, userId, at, (cart) =>
          cart.add({ productId, quantity, name: entry.name, price: entry.price }, at),
        );
        tx.publish(eventTypes['shopverse.order.v1.CartItemAdded'], { userId, productId, quantity, addedAt: at });
        const answer = await show(products, lines, catalogue);
        await claim.complete(tx, answer);
        return answer;
      });
    });
  };
}

/** Says how much of a product is wanted; its price counts as seen. Errors: CART_ITEM_NOT_FOUND. */
export function updateCartItem(deps: CartDeps): UnaryHandler<UpdateCartItemRequest, CartMessage> {
  return async ({ productId: asked, quantity }, call) => {
    const { userId } = signedIn(call);
    const productId = asked.toLowerCase();
    const catalogue = await catalogueOfCart(deps, userId, productId);
    const entry = catalogue.get(productId);
    const price = entry?.active === true ? entry.price : undefined;
    const lines = await deps.database.transaction((tx) =>
      changeCart(tx, userId, deps.clock(), (cart) => cart.setQuantity(productId, quantity, price)),
    );
    return show(deps.products, lines, catalogue);
  };
}

/** Takes a product out of the caller's cart, if it is there. */
export function removeCartItem({ database, products, clock }: CartDeps): UnaryHandler<RemoveCartItemRequest, CartMessage> {
  return async ({ productId }, call) => {
    const { userId } = signedIn(call);
    const lines = await database.transaction((tx) => changeCart(tx, userId, clock(), (cart) => cart.remove(productId.toLowerCase())));
    return show(products, lines);
  };
}

/** Takes everything out of the caller's cart. */
export function clearCart({ database, products, clock }: CartDeps): UnaryHandler<ClearCartRequest, CartMessage> {
  return async (_request, call) => {
    const { userId } = signedIn(call);
    return show(products, await database.transaction((tx) => changeCart(tx, userId, clock(), (cart) => cart.clear())));
  };
}

/** What the catalogue says of what is in the cart and of one product more. */
async function catalogueOfCart(
  { database, products }: Pick<CartDeps, 'database' | 'products'>,
  customerId: string,
  more: string,
): Promise<Catalogue> {
  const lines = await findCartLines(database.sql, customerId);
  return readCatalogue(products, [more, ...lines.map(({ productId }) => productId)]);
}

/** Asks once more only about what another request put into the cart at this very moment. */
async function show(products: Products, lines: readonly CartLine[], known?: Catalogue): Promise<CartMessage> {
  const ids = lines.map(({ productId }) => productId);
  return toCartMessage(viewOf(lines, await readCatalogue(products, ids, known)));
}
