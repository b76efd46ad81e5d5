import type { Money } from '@shopverse/mesh/money';
import type { OrderLine } from './order-line.ts';
import type { OrderPayment } from './order-payment.ts';
import { transitions, type OrderState } from './order-state.ts';

/** Where an order goes, as it was when it was placed. */
export interface ShippingAddress {
  readonly recipient: string;
  readonly street: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly countryCode: string;
}

/** How an order travels. */
export interface Shipment {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly shippedAt: Date;
  /** Undefined until it has arrived. */
  readonly deliveredAt: Date | undefined;
}

/** All that is kept of an order. */
export interface OrderSnapshot {
  readonly id: string;
  readonly customerId: string;
  readonly state: OrderState;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly shipTo: ShippingAddress;
  /** The payment that confirmed it. */
  readonly paymentId: string | undefined;
  /** All payments that it has heard of, oldest first. */
  readonly payments: readonly OrderPayment[];
  /** Undefined until it is shipped. */
  readonly shipment: Shipment | undefined;
  /** Empty unless cancelled. */
  readonly cancelReason: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Whether an order can't move any more: nothing leads out of its state, or only the return of money that nobody owes. */
export function isFinal({ state, paymentId }: Pick<OrderSnapshot, 'state' | 'paymentId'>): boolean {
  return Object.keys(transitions[state]).length === 0 || (state === 'CANCELLED' && paymentId === undefined);
}
