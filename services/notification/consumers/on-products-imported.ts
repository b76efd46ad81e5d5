import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { productsImported } from '../domain/notice-texts.ts';
import { tellAdmins, type TellAdminsDeps } from './tell.ts';

/** Tells the admins what became of an import: one notice, however many products it added. */
export const onProductsImported = (deps: TellAdminsDeps) =>
  onEvent(eventTypes['shopverse.product.v1.ProductsImported'], async (message, event) =>
    tellAdmins(deps, event, productsImported(message)),
  );
