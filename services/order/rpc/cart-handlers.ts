import type { CartServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/cart_service';
import type { Handlers } from '@shopverse/mesh/rpc/handler';
import { addCartItem, clearCart, getCart, removeCartItem, updateCartItem, type CartDeps } from './cart.ts';

/** The handlers of the cart service. */
export function cartHandlers(deps: CartDeps): Handlers<typeof CartServiceDefinition> {
  return {
    getCart: getCart(deps),
    addCartItem: addCartItem(deps),
    updateCartItem: updateCartItem(deps),
    removeCartItem: removeCartItem(deps),
    clearCart: clearCart(deps),
  };
}
