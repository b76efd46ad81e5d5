import { CartItemIssue, type Cart, type CartItem } from '@shopverse/contracts/shopverse/order/v1/cart';
import { toMessage } from '@shopverse/mesh/money';
import type { CartView, ShownLine } from '../domain/cart-view.ts';

/** A cart as the contract has it. */
export function toCartMessage({ lines, total, orderable }: CartView): Cart {
  return { items: lines.map(toItemMessage), total: total && toMessage(total), orderable };
}

function toItemMessage({
  productId,
  sku,
  name,
  quantity,
  unitPrice,
  total,
  priceWhenAdded,
  available,
  issues,
  addedAt,
}: ShownLine): CartItem {
  return {
    productId,
    sku,
    name,
    quantity,
    unitPrice: unitPrice && toMessage(unitPrice),
    total: total && toMessage(total),
    priceWhenAdded: toMessage(priceWhenAdded),
    available,
    issues: issues.map((issue) => CartItemIssue[issue]),
    addedAt,
  };
}
