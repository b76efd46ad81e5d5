import { OrderState, type Order, type OrderPayment as OrderPaymentMessage } from '@shopverse/contracts/shopverse/order/v1/order';
import { PaymentState } from '@shopverse/contracts/shopverse/payment/v1/payment';
import { toMessage } from '@shopverse/mesh/money';
import { paymentStateOf, type OrderPayment } from '../domain/order-payment.ts';
import { toLineMessage } from '../store/line-message.ts';
import type { StoredOrder } from '../store/order-repository.ts';

/** An order as the contract has it. */
export function toOrderMessage({ order, version }: StoredOrder): Order {
  return {
    id: order.id,
    customerId: order.customerId,
    state: OrderState[order.state],
    lines: order.lines.map(toLineMessage),
    total: toMessage(order.total),
    shippingAddress: { ...order.shipTo },
    cancelReason: order.cancelReason,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
    etag: etagOf(version),
    payments: order.payments.map(toPaymentMessage),
    shipment: order.shipment && { ...order.shipment },
  };
}

/** The etag of an order's version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

function toPaymentMessage(payment: OrderPayment): OrderPaymentMessage {
  const { id, amount, refundedMinor, method } = payment;
  const refunded = toMessage({ currency: amount.currency, minor: refundedMinor });
  return { id, state: PaymentState[paymentStateOf(payment)], amount: toMessage(amount), refunded, method };
}
