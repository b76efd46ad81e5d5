import type { Money } from '@shopverse/mesh/money';

interface AboutPayment {
  readonly paymentId: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly amount: Money;
  readonly provider: string;
  readonly at: Date;
}

/** What happened to a payment, for everybody who wants to know. */
export type PaymentEvent =
  | ({ readonly kind: 'PaymentCreated' } & AboutPayment)
  | ({ readonly kind: 'PaymentSucceeded'; readonly method: string } & AboutPayment)
  | ({ readonly kind: 'PaymentFailed'; readonly method: string; readonly reason: string } & AboutPayment)
  | ({
      readonly kind: 'PaymentRefunded';
      readonly refundId: string;
      readonly refunded: Money;
      readonly refundedTotal: Money;
      readonly reason: string;
    } & AboutPayment);
