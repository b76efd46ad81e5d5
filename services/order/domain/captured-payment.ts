import type { Money } from '@shopverse/mesh/money';

/** A payment whose money the shop has. */
export interface CapturedPayment {
  readonly paymentId: string;
  readonly amount: Money;
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
  /** This very payment had confirmed the order before. */
  | { readonly kind: 'repeated' }
  /** The order can't use the money. */
  | { readonly kind: 'unwanted'; readonly reason: UnwantedReason };
