import { failure } from '@shopverse/mesh/failure';

/** Every state of an order, in the order of its life. */
export const orderStates = ['PENDING_PAYMENT', 'CONFIRMED', 'SHIPPED', 'DELIVERED', 'CANCELLED', 'REFUNDED'] as const;
/** Where an order stands. */
export type OrderState = (typeof orderStates)[number];

/** What can be done to an order. An unpaid order and a paid one are cancelled by different moves, as one of them owes money back. */
export const orderMoves = ['confirm', 'cancelUnpaid', 'cancelPaid', 'ship', 'deliver', 'refund'] as const;
/** See `orderMoves`. */
export type OrderMove = (typeof orderMoves)[number];

/** The state machine. What does not stand here can't happen. */
export const transitions: Readonly<Record<OrderState, Readonly<Partial<Record<OrderMove, OrderState>>>>> = {
  PENDING_PAYMENT: { confirm: 'CONFIRMED', cancelUnpaid: 'CANCELLED' },
  CONFIRMED: { ship: 'SHIPPED', cancelPaid: 'CANCELLED' },
  SHIPPED: { deliver: 'DELIVERED' },
  DELIVERED: {},
  CANCELLED: { refund: 'REFUNDED' },
  REFUNDED: {},
};

const VERBS: Readonly<Record<OrderMove, string>> = {
  confirm: 'confirmed',
  cancelUnpaid: 'cancelled as unpaid',
  cancelPaid: 'cancelled as paid',
  ship: 'shipped',
  deliver: 'delivered',
  refund: 'refunded',
};

/**
 * The state after `move`.
 *
 * @throws Failure ORDER_STATE with the state and the move in its metadata
 */
export function stateAfter(state: OrderState, move: OrderMove): OrderState {
  const next = transitions[state][move];
  if (next === undefined) throw failure('ORDER_STATE', `An order that is ${state} can't be ${VERBS[move]}.`, { state, move });
  return next;
}
