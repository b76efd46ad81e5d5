import { describe, expect, it } from '@jest/globals';
import { orderMoves, orderStates, stateAfter, transitions, type OrderState } from './order-state.ts';

const ALLOWED: readonly string[] = [
  'PENDING_PAYMENT confirm CONFIRMED',
  'PENDING_PAYMENT cancelUnpaid CANCELLED',
  'CONFIRMED ship SHIPPED',
  'CONFIRMED cancelPaid CANCELLED',
  'SHIPPED deliver DELIVERED',
  'CANCELLED refund REFUNDED',
];

describe("an order's state machine", () => {
  it.each(orderStates.flatMap((state) => orderMoves.map((move) => [state, move] as const)))('%s, %s', (state, move) => {
    const allowed = ALLOWED.find((line) => line.startsWith(`${state} ${move} `));
    if (allowed !== undefined) {
      expect(`${state} ${move} ${stateAfter(state, move)}`).toBe(allowed);
      return;
    }
    expect(() => stateAfter(state, move)).toThrow(
      expect.objectContaining({ reason: 'ORDER_STATE', options: { metadata: { state, move } } }),
    );
  });

  it('reaches every state from the first one', () => {
    const reached = new Set<OrderState>(['PENDING_PAYMENT']);
    for (const state of reached) for (const next of Object.values(transitions[state])) reached.add(next);
    expect([...reached].sort()).toEqual([...orderStates].sort());
  });
});
