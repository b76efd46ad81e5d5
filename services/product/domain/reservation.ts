import { failure, type Failure } from '@shopverse/mesh/failure';

/** Where a reservation stands. */
export type ReservationState = 'ACTIVE' | 'COMMITTED' | 'RELEASED';

/** How a reservation ends: sold, or back on the shelf. */
export type ReservationEnd = Exclude<ReservationState, 'ACTIVE'>;

/** Some of one product. */
export interface StockLine {
  readonly productId: string;
  readonly quantity: number;
}

/** A line that can't be reserved, and why. */
export interface Obstacle extends StockLine {
  readonly reason: 'PRODUCT_NOT_FOUND' | 'OUT_OF_STOCK';
  /** What there is to order. */
  readonly available: bigint;
}

/** One line for each product, with all that is wanted of it, in the order of first mention. */
export function mergeLines(lines: readonly StockLine[]): StockLine[] {
  const merged = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    const id = productId.toLowerCase();
    merged.set(id, (merged.get(id) ?? 0) + quantity);
  }
  return [...merged].map(([productId, quantity]) => ({ productId, quantity }));
}

/** The refusal of a reservation: of the first product that does not exist, else of the first there is too little of. */
export function refusal(obstacles: readonly [Obstacle, ...Obstacle[]]): Failure {
  const { reason, productId, quantity, available } = obstacles.find((obstacle) => obstacle.reason === 'PRODUCT_NOT_FOUND') ?? obstacles[0];
  if (reason === 'PRODUCT_NOT_FOUND') return failure(reason, 'No product with this id is for sale.', { product_id: productId });
  const message = available === 0n ? 'The product is out of stock.' : `Only ${available} of the product are left.`;
  return failure(reason, message, { product_id: productId, available: String(available), requested: String(quantity) });
}

/** Whatever is asked of a reservation that has ended the other way. */
export function reservationEnded(orderId: string, state: ReservationState): Failure {
  const how = state === 'COMMITTED' ? 'committed: the goods are sold' : 'released: the goods are back on the shelf';
  return failure('RESERVATION_ENDED', `The order's reservation has been ${how}.`, { order_id: orderId, state });
}

/** There is nothing reserved for the order. */
export function reservationNotFound(orderId: string): Failure {
  return failure('RESERVATION_NOT_FOUND', 'Nothing is reserved for this order.', { order_id: orderId });
}
