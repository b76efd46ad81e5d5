/** Every state of a refund, in the order of its life. */
export const refundStates = ['REQUESTED', 'PENDING', 'PROCESSED', 'FAILED'] as const;
/** Where a refund stands. */
export type RefundState = (typeof refundStates)[number];

/** What a provider can say of a refund. */
export type RefundWord = 'pending' | 'processed' | 'failed';

/**
 * The state after a provider's word, for each state. A refund ends once: what a provider says of one that has ended is old news, or the opposite of what it said
 * before, which no state can show. Any order of the words of a provider that doesn't contradict itself ends in the same state.
 */
export const refundMoves: Readonly<Record<RefundState, Readonly<Record<RefundWord, RefundState | 'contradiction'>>>> = {
  REQUESTED: { pending: 'PENDING', processed: 'PROCESSED', failed: 'FAILED' },
  PENDING: { pending: 'PENDING', processed: 'PROCESSED', failed: 'FAILED' },
  PROCESSED: { pending: 'PROCESSED', processed: 'PROCESSED', failed: 'contradiction' },
  FAILED: { pending: 'FAILED', processed: 'contradiction', failed: 'FAILED' },
};
