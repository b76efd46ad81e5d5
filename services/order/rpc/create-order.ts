import { Order as OrderMessage } from '@shopverse/contracts/shopverse/order/v1/order';
import type { CreateOrderRequest } from '@shopverse/contracts/shopverse/order/v1/order_service';
import type { ProductServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { Failure, failure, invalidField } from '@shopverse/mesh/failure';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { RpcClient } from '@shopverse/mesh/rpc/client';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { idempotent } from '@shopverse/mesh/store/idempotency';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { Order } from '../domain/order.ts';
import { priceItems, refuseDuplicates, sameItems, type OrderItem } from '../domain/order-line.ts';
import { changeCart, findCartLines } from '../store/cart-repository.ts';
import { addOrder } from '../store/order-repository.ts';
import { readCatalogue } from './catalogue.ts';
import { toOrderMessage } from './order-message.ts';

/** What placing an order needs. */
export interface CreateOrderDeps {
  readonly database: Postgres;
  readonly products: Pick<RpcClient<typeof ProductServiceDefinition>, 'batchGetProducts' | 'reserveStock' | 'releaseReservation'>;
  readonly clock: () => Date;
}

/**
 * How long a try that fell silent keeps its idempotency key, in milliseconds. Shorter than the slowest try could take: one that lost its key can't commit, and its
 * successor finds the same reservation, so a client whose server died need not wait long.
 */
const LEASE_MS = 10_000;

/**
 * Places an order of the items given, or of what is in the caller's cart, which then loses just that. Prices are the catalogue's; the total never comes from the
 * client. The order's id belongs to the idempotency key, so a try that broke off after the stock was reserved is taken up with the same reservation; what nobody
 * takes up is released by the product service. Errors: PRODUCT_NOT_FOUND, OUT_OF_STOCK, MIXED_CURRENCIES, CART_EMPTY, CART_CHANGED, IDEMPOTENCY_KEY_REUSED.
 */
export function createOrder({ database, products, clock }: CreateOrderDeps): UnaryHandler<CreateOrderRequest, OrderMessage> {
  return async (request, call) => {
    const { userId } = signedIn(call);
    const { shippingAddress, fromCart } = request;
    refuseUnclear(request);
    if (shippingAddress === undefined) throw invalidField('shipping_address', 'is required');

    return idempotent(database, call, { codec: OrderMessage, leaseMs: LEASE_MS }, async (claim) => {
      const id = claim.resourceId;
      const items = fromCart ? await cartItems(database, userId) : request.items;
      const catalogue = await readCatalogue(products, items.map(({ productId }) => productId)); // prettier-ignore
      const lines = priceItems(items, catalogue);
      const place = () => Order.place({ id, customerId: userId, lines, shipTo: shippingAddress, at: clock() });
      // Before any stock is touched: what can't be an order is refused here.
      place();
      const reserved = await products.reserveStock({
        orderId: id,
        items: lines.map(({ productId, quantity }) => ({ productId, quantity })),
      });
      try {
        // An earlier try of this key may have reserved what was in the cart then.
        if (fromCart && !sameItems(reserved.items, lines)) throw cartChanged();
        return await database.transaction(async (tx) => {
          if (fromCart) await changeCart(tx, userId, clock(), (cart) => cart.takeOrdered(items));
          const answer = toOrderMessage(await addOrder(tx, place()));
          await claim.complete(tx, answer);
          return answer;
        });
      } catch (error) {
        // This order will never be. When even this fails, the product service finds out by itself.
        if (error instanceof Failure && error.reason === 'CART_CHANGED')
          await products.releaseReservation({ orderId: id }).catch(() => undefined);
        throw error;
      }
    });
  };
}

function refuseUnclear({ items, fromCart }: CreateOrderRequest): void {
  if (fromCart && items.length > 0) throw invalidField('items', 'must be empty when from_cart is set');
  if (!fromCart && items.length === 0) throw invalidField('items', 'must have at least one item, or from_cart must be set');
  refuseDuplicates(items);
}

async function cartItems(database: Postgres, customerId: string): Promise<readonly OrderItem[]> {
  const lines = await findCartLines(database.sql, customerId);
  if (lines.length === 0) throw failure('CART_EMPTY', 'There is nothing in the cart.');
  return lines;
}

function cartChanged(): Failure {
  return failure('CART_CHANGED', 'The cart changed while it was being ordered; look at it again.');
}
