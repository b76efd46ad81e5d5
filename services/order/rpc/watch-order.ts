import type { OrderChange, WatchOrderRequest } from '@shopverse/contracts/shopverse/order/v1/order_service';
import type { Bells } from '@shopverse/mesh/events/bells';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { ServerStreamHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { isFinal } from '../domain/order-snapshot.ts';
import { listHistory } from '../store/order-history.ts';
import { toHistoryMessage } from './history-message.ts';
import { toOrderMessage } from './order-message.ts';
import { readOwnOrder } from './own-order.ts';

/** What watching needs. */
export interface WatchOrderDeps {
  readonly database: Postgres;
  readonly bells: Bells;
  /** How often a watcher looks without being woken, in milliseconds. */
  readonly pollMs: number;
  /** Longest life of a stream, in milliseconds. */
  readonly lifeMs: number;
  /** Aborts when the process is being stopped; then all bells ring. */
  readonly stopping: AbortSignal;
}

/** Entries read at a time. */
const BATCH = 100;

/**
 * What happens to an order after a position, as it happens: the caller's own, or any for an admin. It looks when it is woken, and now and then by itself, so
 * neither a lost wake-up nor another replica's change is missed. Ends after the last thing that can happen, with its life, or with the process.
 * Errors: ORDER_NOT_FOUND, OVERLOADED.
 */
export function watchOrder({
  database,
  bells,
  pollMs,
  lifeMs,
  stopping,
}: WatchOrderDeps): ServerStreamHandler<WatchOrderRequest, OrderChange> {
  return async function* (request, call) {
    const caller = signedIn(call);
    const { bell, close } = bells.watch(request.id);
    const wake = () => bell.ring();
    call.signal.addEventListener('abort', wake);
    const until = performance.now() + lifeMs;
    try {
      let wasFinal = false;
      let after = BigInt(request.after === '' ? 0 : request.after);
      while (!call.signal.aborted && !stopping.aborted) {
        const { order, entries } = await database.read(async (em) => {
          // The history first: what it tells of has happened to the order that is read after it.
          const found = await listHistory(em, request.id, { after, limit: BATCH });
          return { order: await readOwnOrder(em, caller, request.id), entries: found };
        });
        for (const entry of entries) {
          yield { entry: toHistoryMessage(entry, caller), order: toOrderMessage(order) };
          after = entry.position;
        }
        if (entries.length === BATCH) continue;
        const left = until - performance.now();
        if (left <= 0) return;
        // The order is read after the history: only a look that began with a final order has seen its last entry.
        const over = entries.length === 0 && isFinal(order.order);
        if (over && wasFinal) return;
        wasFinal = over;
        if (entries.length === 0 && !over) await bell.wait(Math.min(left, pollMs * (1 - Math.random() / 10)));
      }
    } finally {
      call.signal.removeEventListener('abort', wake);
      close();
    }
  };
}
