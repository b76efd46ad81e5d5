import { OrderActorKind, OrderState, type OrderHistoryEntry } from '@shopverse/contracts/shopverse/order/v1/order';
import type { Caller } from '@shopverse/mesh/rpc/call';
import type { StoredEntry } from '../store/order-history.ts';

/** An entry as the contract has it, for `reader`: which admin it was is the shop's business. */
export function toHistoryMessage({ position, from, to, actor, reason, at }: StoredEntry, reader: Caller): OrderHistoryEntry {
  return {
    position: String(position),
    fromState: from === undefined ? OrderState.UNSPECIFIED : OrderState[from],
    toState: OrderState[to],
    actorKind: OrderActorKind[actor.kind],
    actorId: actor.kind === 'ADMIN' && reader.role !== 'ADMIN' ? '' : actor.id,
    reason,
    at,
  };
}
