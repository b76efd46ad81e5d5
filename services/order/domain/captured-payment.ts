import type { Money } from '@shopverse/mesh/money';

/** A payment whose money the shop has. */
export interface CapturedPayment {
  readonly paymentId: string;
  readonly amount: Money;
  /** "upi", "card", ... */
  readonly method: string;
}

/** A payment that came to nothing. */
export interface FailedPayment {
  readonly paymentId: string;
  readonly amount: Money;
  readonly reason: string;
}

/** Money of a payment that went back. */
export interface RefundedPayment {
  readonly paymentId: string;
  readonly refundId: string;
  /** What was captured. */
  readonly captured: Money;
  /** What has gone back in all. */
  readonly refundedTotal: Money;
}

/** Why the shop has money that it must give back. */
export type UnwantedReason =
  /** The order was cancelled before the money came. */
  | 'ORDER_CANCELLED'
  /** Another payment had paid the order. */
  | 'PAID_BEFORE'
  /** It is not what the order costs. */
  | 'AMOUNT_DIFFERS'
  /** No such order. */
  | 'ORDER_UNKNOWN';

/** What a captured payment means to its order. */
export type PaymentOutcome =
  | { readonly kind: 'confirmed' }
  /** The order knew of this very payment. */
  | { readonly kind: 'repeated' }
  /** Its money had all gone back before the order heard of it. */
  | { readonly kind: 'returned' }
  /** The order can't use the money. */
  | { readonly kind: 'unwanted'; readonly reason: UnwantedReason };
