import { describe, expect, it } from '@jest/globals';
import { endOfExpired } from './expired-reservation.ts';

describe('a reservation whose time is up', () => {
  it.each([
    ['is released when nobody knows the order', undefined, 'RELEASED'],
    ['stays while the order waits for its payment', 'PENDING_PAYMENT', 'WAIT'],
    ['stays when the state is a newer one', 'UNSPECIFIED', 'WAIT'],
    ['is committed when the order is paid', 'CONFIRMED', 'COMMITTED'],
    ['is committed when the order is on its way', 'SHIPPED', 'COMMITTED'],
    ['is committed when the order has arrived', 'DELIVERED', 'COMMITTED'],
    ['is released when the order is cancelled', 'CANCELLED', 'RELEASED'],
    ['is released when the money went back', 'REFUNDED', 'RELEASED'],
  ] as const)('%s', (_what, state, end) => expect(endOfExpired(state)).toBe(end));
});
