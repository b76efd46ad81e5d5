import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { invalidField } from '@shopverse/mesh/failure';
import { created } from '../domain/product.ts';
import type { ProductStore } from '../store/product-store.ts';

/** A product that may be recommended from now on. */
export const onProductCreated = ({ products }: { readonly products: Pick<ProductStore, 'change'> }) =>
  onEvent(eventTypes['shopverse.product.v1.ProductCreated'], async ({ productId, product }, { time }) => {
    if (product === undefined) throw invalidField('product', 'is required.');
    const { name, categoryId, active, available, createdAt } = product;
    await products.change(productId, (known) => created(known, { name, categoryId, listed: active, available, at: createdAt ?? time }));
  });
