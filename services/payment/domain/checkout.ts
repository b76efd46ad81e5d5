import { failure } from '@shopverse/mesh/failure';
import type { Money } from '@shopverse/mesh/money';
import type { PaymentSnapshot } from './payment.ts';

/** An order as far as its payment needs to know it. */
export interface PayableOrder {
  readonly id: string;
  readonly customerId: string;
  /** Whether it waits for its payment. */
  readonly waitsForPayment: boolean;
  readonly total: Money;
}

/**
 * Refuses to take money for an order that is not the customer's, or that does not wait for it.
 *
 * @throws Failure ORDER_NOT_FOUND, ORDER_NOT_PAYABLE
 */
export function refuseUnpayable(order: PayableOrder, customerId: string): void {
  if (order.customerId !== customerId) throw failure('ORDER_NOT_FOUND', 'No order with this id.', { order_id: order.id });
  if (!order.waitsForPayment) throw failure('ORDER_NOT_PAYABLE', 'This order does not wait for a payment.', { order_id: order.id });
}

/**
 * The payment to go on with when the order has one: the open one. An order is paid by one payment in its life: where it succeeded there is nothing left to
 * pay, and where it failed the order is being cancelled.
 *
 * @throws Failure ORDER_NOT_PAYABLE
 */
export function openPaymentOf(existing: PaymentSnapshot): PaymentSnapshot {
  if (existing.state === 'CREATED') return existing;
  throw failure(
    'ORDER_NOT_PAYABLE',
    existing.state === 'FAILED' ? 'The payment of this order failed; place the order again.' : 'This order is paid.',
    { order_id: existing.orderId, payment_id: existing.id },
  );
}
