import type { Money } from '@shopverse/mesh/money';

/**
 * Where money is, or to whom it belongs. `provider:…`: at a provider, on the shop's account. `orders`: received for orders. `surplus`: received a second time, and
 * nobody's. `refunds_payable`: owed to customers, its refund under way.
 */
export type Account = `provider:${string}` | 'orders' | 'surplus' | 'refunds_payable';

/** One movement of money between two accounts. */
export interface Booking {
  /** What it books, once for all time: "captured 0192…". */
  readonly id: string;
  readonly paymentId: string;
  readonly from: Account;
  readonly to: Account;
  readonly amount: Money;
  readonly at: Date;
}

/** One line of the books. */
export interface LedgerEntry {
  readonly bookingId: string;
  readonly paymentId: string;
  readonly account: Account;
  readonly currency: string;
  /** Debits are positive, credits negative. */
  readonly minor: bigint;
  readonly at: Date;
}

/** The two lines of a booking, whose sum is nothing; none of one that moves nothing. */
export function entriesOf({ id, paymentId, from, to, amount: { currency, minor }, at }: Booking): readonly LedgerEntry[] {
  if (minor === 0n) return [];
  const entry = { bookingId: id, paymentId, currency, at };
  return [
    { ...entry, account: to, minor },
    { ...entry, account: from, minor: -minor },
  ];
}
