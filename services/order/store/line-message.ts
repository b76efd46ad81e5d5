import type { OrderLine as OrderLineMessage } from '@shopverse/contracts/shopverse/order/v1/order';
import { toMessage } from '@shopverse/mesh/money';
import { lineTotal, type OrderLine } from '../domain/order-line.ts';

/** A line as the contract has it, in answers and in events. */
export function toLineMessage(line: OrderLine): OrderLineMessage {
  const { productId, sku, name, quantity, unitPrice } = line;
  return { productId, sku, name, quantity, unitPrice: toMessage(unitPrice), total: toMessage(lineTotal(line)) };
}
