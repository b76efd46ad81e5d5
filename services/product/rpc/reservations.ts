import { ReservationState } from '@shopverse/contracts/shopverse/product/v1/product_service';
import type {
  CommitReservationRequest,
  ReleaseReservationRequest,
  Reservation,
  ReserveStockRequest,
} from '@shopverse/contracts/shopverse/product/v1/product_service';
import { failure, invalidField } from '@shopverse/mesh/failure';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { end, reserve, type ReservationRow } from '../store/reservation-repository.ts';
import type { ProductDatabase } from '../store/tables.ts';
import { publishStockChanges } from './stock-events.ts';

interface Deps {
  readonly database: ProductDatabase;
  readonly clock: () => Date;
}

/** Sets stock aside for an order: all lines or none, one round trip. The same order id again answers the reservation that is there. */
export function reserveStock({
  database,
  clock,
  ttlMs,
}: Deps & { readonly ttlMs: number }): UnaryHandler<ReserveStockRequest, Reservation> {
  return async ({ orderId, items }) => {
    const twice = items.findIndex(({ productId }, index) => items.findIndex((item) => item.productId === productId) !== index);
    if (twice >= 0) throw invalidField(`items[${twice}].product_id`, 'each product may be in one line only');
    return database.transaction(async (tx) => {
      const rows = await reserve(tx.sql, orderId, items, ttlMs);
      const [first] = rows;
      if (first?.result === 'PRODUCT_NOT_FOUND')
        throw failure('PRODUCT_NOT_FOUND', 'There is no such product.', { product_id: first.product_id });
      if (first?.result === 'OUT_OF_STOCK') {
        throw failure('OUT_OF_STOCK', `Only ${first.available ?? 0} are left.`, {
          product_id: first.product_id,
          available: first.available ?? '0',
        });
      }
      if (first?.result === 'RELEASED' || first?.result === 'COMMITTED') throw ended(orderId, first.result);
      publishStockChanges(tx, rows, clock());
      return reservationMessage(orderId, rows, 'ACTIVE');
    });
  };
}

/** Takes reserved stock out of the shop: it is sold. */
export function commitReservation(deps: Deps): UnaryHandler<CommitReservationRequest, Reservation> {
  return async ({ orderId }) => endAs('COMMITTED', orderId, deps);
}

/** Puts reserved stock back. */
export function releaseReservation(deps: Deps): UnaryHandler<ReleaseReservationRequest, Reservation> {
  return async ({ orderId }) => endAs('RELEASED', orderId, deps);
}

async function endAs(state: 'COMMITTED' | 'RELEASED', orderId: string, { database, clock }: Deps): Promise<Reservation> {
  return database.transaction(async (tx) => {
    const rows = await end(tx.sql, orderId, state, `by the order service`);
    const [first] = rows;
    if (first === undefined) throw failure('RESERVATION_NOT_FOUND', 'There is no reservation for this order.', { order_id: orderId });
    if (first.result !== 'CHANGED' && first.result !== state) throw ended(orderId, first.result);
    publishStockChanges(tx, rows, clock());
    return reservationMessage(orderId, rows, state);
  });
}

function ended(orderId: string, state: string) {
  return failure('RESERVATION_ENDED', `The reservation has ended before: it is ${state}.`, { order_id: orderId, state });
}

function reservationMessage(orderId: string, rows: readonly ReservationRow[], state: keyof typeof ReservationState): Reservation {
  const expiresAt = rows[0]?.expires_at;
  return {
    orderId,
    state: ReservationState[state],
    items: rows.map(({ product_id: productId, quantity }) => ({ productId, quantity })),
    expiresAt: expiresAt === null || expiresAt === undefined ? undefined : new Date(expiresAt),
  };
}
