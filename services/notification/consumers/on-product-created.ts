import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { permanent } from '@shopverse/mesh/events/trouble';
import { fromMessage } from '@shopverse/mesh/money';
import { productCreated } from '../domain/notice-texts.ts';
import { tellAdmins, type TellAdminsDeps } from './tell.ts';

/** Tells the admins that a product was added by somebody: at once among their notifications, by mail once a day with all others of the day. */
export const onProductCreated = (deps: TellAdminsDeps) =>
  onEvent(eventTypes['shopverse.product.v1.ProductCreated'], async ({ productId, product, importId }, event) => {
    if (importId !== '') return; // the import says itself what it did
    if (product === undefined) throw permanent('The event has no product.');
    const { name, sku } = product;
    await tellAdmins(deps, event, productCreated({ productId, name, sku, price: fromMessage(product.price, 'product.price') }));
  });
