import { Order as OrderMessage } from '@shopverse/contracts/shopverse/order/v1/order';
import type { CreateOrderRequest } from '@shopverse/contracts/shopverse/order/v1/order_service';
import type { Product } from '@shopverse/contracts/shopverse/product/v1/product';
import type { ProductServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { invalidField } from '@shopverse/mesh/failure';
import { fromMessage } from '@shopverse/mesh/money';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { RpcClient } from '@shopverse/mesh/rpc/client';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { idempotent } from '@shopverse/mesh/store/idempotency';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { Order } from '../domain/order.ts';
import { priceItems, refuseDuplicates, type CatalogueEntry } from '../domain/order-line.ts';
import { addOrder } from '../store/order-repository.ts';
import { toOrderMessage } from './order-message.ts';

/** What placing an order needs. */
export interface CreateOrderDeps {
  readonly database: Postgres;
  readonly products: Pick<RpcClient<typeof ProductServiceDefinition>, 'batchGetProducts' | 'reserveStock'>;
  readonly clock: () => Date;
}

/**
 * How long a try that fell silent keeps its idempotency key, in milliseconds. Shorter than the slowest try could take: one that lost its key can't commit, and its
 * successor finds the same reservation, so a client whose server died need not wait long.
 */
const LEASE_MS = 10_000;

/**
 * Places an order. Prices are the catalogue's; the total never comes from the client. The order's id belongs to the idempotency key, so a try that broke off
 * after the stock was reserved is taken up with the same reservation; what nobody takes up is released by the product service.
 * Errors: PRODUCT_NOT_FOUND, OUT_OF_STOCK, MIXED_CURRENCIES, IDEMPOTENCY_KEY_REUSED.
 */
export function createOrder({ database, products, clock }: CreateOrderDeps): UnaryHandler<CreateOrderRequest, OrderMessage> {
  return async (request, call) => {
    const { userId } = signedIn(call);
    const { items, shippingAddress } = request;
    refuseDuplicates(items);
    if (shippingAddress === undefined) throw invalidField('shipping_address', 'is required');

    return idempotent(database, call, { codec: OrderMessage, leaseMs: LEASE_MS }, async (claim) => {
      const catalogue = await products.batchGetProducts({ ids: items.map(({ productId }) => productId) });
      const lines = priceItems(items, catalogue.products.map(entryOf));
      const place = () => Order.place({ id: claim.resourceId, customerId: userId, lines, shipTo: shippingAddress, at: clock() });
      // Before any stock is touched: what can't be an order is refused here.
      place();
      await products.reserveStock({ orderId: claim.resourceId, items: lines.map(({ productId, quantity }) => ({ productId, quantity })) });
      return database.transaction(async (tx) => {
        const answer = toOrderMessage(await addOrder(tx, place()));
        await claim.complete(tx, answer);
        return answer;
      });
    });
  };
}

function entryOf({ id, sku, name, price, active }: Product): CatalogueEntry {
  return { productId: id, sku, name, price: fromMessage(price, 'price'), active };
}
