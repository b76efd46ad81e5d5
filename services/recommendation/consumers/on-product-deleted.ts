import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { deleted } from '../domain/product.ts';
import type { ProductStore } from '../store/product-store.ts';

/** A product that may not be recommended any more. */
export const onProductDeleted = ({ products }: { readonly products: Pick<ProductStore, 'change'> }) =>
  onEvent(eventTypes['shopverse.product.v1.ProductDeleted'], async ({ productId }) => {
    await products.change(productId, deleted);
  });
