import type { Money } from '@shopverse/mesh/money';
import type { OrderLine } from './order-line.ts';

interface AboutOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly at: Date;
}

/** What happened to an order, for everybody who wants to know. */
export type OrderEvent =
  | ({ readonly kind: 'OrderPlaced' } & AboutOrder)
  | ({ readonly kind: 'OrderConfirmed'; readonly paymentId: string } & AboutOrder)
  | ({ readonly kind: 'OrderShipped'; readonly carrier: string; readonly trackingNumber: string } & AboutOrder)
  | ({ readonly kind: 'OrderDelivered' } & AboutOrder)
  | ({
      readonly kind: 'OrderCancelled';
      readonly reason: string;
      /** The captured payment that is to be given back; empty when there is nothing to give back. */
      readonly paymentId: string;
    } & AboutOrder)
  | ({ readonly kind: 'OrderRefunded'; readonly paymentId: string } & AboutOrder);
