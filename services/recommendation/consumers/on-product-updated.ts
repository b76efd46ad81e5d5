import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { invalidField } from '@shopverse/mesh/failure';
import { updated } from '../domain/product.ts';
import type { ProductStore } from '../store/product-store.ts';

/** A product that is named otherwise, is in another category, or is offered or no longer offered. Its stock is told by StockChanged. */
export const onProductUpdated = ({ products }: { readonly products: Pick<ProductStore, 'change'> }) =>
  onEvent(eventTypes['shopverse.product.v1.ProductUpdated'], async ({ productId, product, updatedAt }) => {
    if (product === undefined) throw invalidField('product', 'is required.');
    if (updatedAt === undefined) throw invalidField('updated_at', 'is required.');
    const { name, categoryId, active } = product;
    await products.change(productId, (known) => updated(known, { name, categoryId, listed: active, at: updatedAt }));
  });
