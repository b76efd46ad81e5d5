import { describe, expect, it } from '@jest/globals';
import { mergeLines, refusal, reservationEnded, type Obstacle } from './reservation.ts';

const missing = (productId: string): Obstacle => ({ reason: 'PRODUCT_NOT_FOUND', productId, quantity: 1, available: 0n });
const short = (productId: string, available: bigint): Obstacle => ({ reason: 'OUT_OF_STOCK', productId, quantity: 9, available });

describe('the lines of a reservation', () => {
  it('are one for each product, with all that is wanted of it', () => {
    const lines = [
      { productId: 'B', quantity: 1 },
      { productId: 'a', quantity: 2 },
      { productId: 'b', quantity: 3 },
    ];
    expect(mergeLines(lines)).toEqual([
      { productId: 'b', quantity: 4 },
      { productId: 'a', quantity: 2 },
    ]);
  });
});

describe('the refusal of a reservation', () => {
  it('names the first product that does not exist before any that is short', () => {
    expect(refusal([short('a', 3n), missing('b'), missing('c')])).toMatchObject({
      reason: 'PRODUCT_NOT_FOUND',
      options: { metadata: { product_id: 'b' } },
    });
  });

  it('says how much is left', () => {
    expect(refusal([short('a', 3n), short('b', 0n)])).toMatchObject({
      reason: 'OUT_OF_STOCK',
      message: 'Only 3 of the product are left.',
      options: { metadata: { product_id: 'a', available: '3', requested: '9' } },
    });
    expect(refusal([short('b', 0n)]).message).toBe('The product is out of stock.');
  });

  it('says how the reservation has ended', () => {
    expect(reservationEnded('o', 'RELEASED')).toMatchObject({
      reason: 'RESERVATION_ENDED',
      options: { metadata: { order_id: 'o', state: 'RELEASED' } },
    });
  });
});
