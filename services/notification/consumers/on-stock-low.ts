import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { stockLow } from '../domain/notice-texts.ts';
import { tellAdmins, type TellAdminsDeps } from './tell.ts';

/** Tells the admins that a product is running out. */
export const onStockLow = (deps: TellAdminsDeps) =>
  onEvent(eventTypes['shopverse.product.v1.StockLow'], async (message, event) => tellAdmins(deps, event, stockLow(message)));
