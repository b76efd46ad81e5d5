import type { Money } from '@shopverse/mesh/money';

/** What an order knows of one of its payments: facts that, once true, stay true, in whatever order they become known. */
export interface OrderPayment {
  readonly id: string;
  /** What was asked for, and once it is captured what was captured. */
  readonly amount: Money;
  /** How it was paid: "upi"; empty until that is known. */
  readonly method: string;
  readonly captured: boolean;
  readonly failed: boolean;
  /** Minor units that have gone back, in the amount's currency. */
  readonly refundedMinor: bigint;
}

/** Where a payment stands, by the names of the payment service. */
export type PaymentStateName = 'CREATED' | 'SUCCEEDED' | 'FAILED' | 'PARTIALLY_REFUNDED' | 'REFUNDED';

/** Where a payment stands by what is known of it. */
export function paymentStateOf({ captured, failed, refundedMinor, amount }: OrderPayment): PaymentStateName {
  if (refundedMinor > 0n) return refundedMinor >= amount.minor ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
  if (captured) return 'SUCCEEDED';
  return failed ? 'FAILED' : 'CREATED';
}

/** Whether all of its money is back. */
export function isWhollyRefunded(payment: OrderPayment): boolean {
  return paymentStateOf(payment) === 'REFUNDED';
}

/** What is known once `news` is, too. The same news again, or older news, changes nothing. */
export function learnt(known: OrderPayment | undefined, news: OrderPayment): OrderPayment {
  if (known === undefined) return news;
  return {
    id: known.id,
    amount: news.captured ? news.amount : known.amount,
    method: known.method === '' ? news.method : known.method,
    captured: known.captured || news.captured,
    failed: known.failed || news.failed,
    refundedMinor: news.refundedMinor > known.refundedMinor ? news.refundedMinor : known.refundedMinor,
  };
}
