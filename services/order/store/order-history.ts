import type { HistoryEntry } from '../domain/order-history.ts';
import { OrderHistoryEntity } from './entities.ts';
import type { EntityManager } from './order-repository.ts';

/** An entry and its place in the order's history. */
export interface StoredEntry extends HistoryEntry {
  readonly position: bigint;
}

/** An order's history, oldest first, from the entry after `after` on. Served by `order_history_by_order`. */
export async function listHistory(
  em: EntityManager,
  orderId: string,
  { after, limit }: { readonly after: bigint; readonly limit: number },
): Promise<StoredEntry[]> {
  const rows = await em.find(OrderHistoryEntity, { orderId, position: { $gt: after } }, { orderBy: { position: 'asc' }, limit });
  return rows.map(({ position, fromState, toState, actorKind, actorId, reason, at }) => ({
    position,
    from: fromState ?? undefined,
    to: toState,
    actor: { kind: actorKind, id: actorId },
    reason,
    at,
  }));
}
