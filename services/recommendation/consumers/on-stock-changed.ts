import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { stockChanged } from '../domain/product.ts';
import type { ProductStore } from '../store/product-store.ts';

/** Whether a product can be ordered. */
export const onStockChanged = ({ products }: { readonly products: Pick<ProductStore, 'change'> }) =>
  onEvent(eventTypes['shopverse.product.v1.StockChanged'], async ({ productId, available, version }) => {
    await products.change(productId, (product) => stockChanged(product, { available, version }));
  });
