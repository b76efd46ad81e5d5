/** Every state of a payment, in the order of its life. */
export const paymentStates = ['CREATED', 'SUCCEEDED', 'FAILED', 'PARTIALLY_REFUNDED', 'REFUNDED'] as const;
/** Where a payment stands. */
export type PaymentState = (typeof paymentStates)[number];

/** What a provider can say of the money. */
export type Verdict = 'captured' | 'failed';

/**
 * The state after a provider's word, for each state. Notices come twice, late and in any order, so each word has a place in each state: money that
 * was captured stays captured whatever is said later of another try, and a late authorisation still turns a failure into a success.
 * Any order of the same words ends in the same state.
 */
export const verdicts: Readonly<Record<PaymentState, Readonly<Record<Verdict, PaymentState>>>> = {
  CREATED: { captured: 'SUCCEEDED', failed: 'FAILED' },
  FAILED: { captured: 'SUCCEEDED', failed: 'FAILED' },
  SUCCEEDED: { captured: 'SUCCEEDED', failed: 'SUCCEEDED' },
  PARTIALLY_REFUNDED: { captured: 'PARTIALLY_REFUNDED', failed: 'PARTIALLY_REFUNDED' },
  REFUNDED: { captured: 'REFUNDED', failed: 'REFUNDED' },
};

/** The state of a payment of which `refunded` of `captured` has gone back, in minor units. */
export function stateAfterRefunds(captured: bigint, refunded: bigint): PaymentState {
  if (refunded === 0n) return 'SUCCEEDED';
  return refunded < captured ? 'PARTIALLY_REFUNDED' : 'REFUNDED';
}
