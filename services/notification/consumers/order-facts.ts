import type { OrderLine } from '@shopverse/contracts/shopverse/order/v1/order';
import { fromMessage, type MoneyMessage } from '@shopverse/mesh/money';
import type { OrderFacts } from '../domain/notice-texts.ts';

/** What an order's event says about it. Throws INVALID_REQUEST naming the amount that is missing or no money. */
export function orderFactsOf(message: {
  readonly orderId: string;
  readonly total: MoneyMessage | undefined;
  readonly lines: readonly OrderLine[];
}): OrderFacts {
  return {
    orderId: message.orderId,
    total: fromMessage(message.total, 'total'),
    lines: message.lines.map(({ name, quantity, total }, index) => ({
      name,
      quantity,
      total: fromMessage(total, `lines[${index}].total`),
    })),
  };
}
