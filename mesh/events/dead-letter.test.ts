import { describe, expect, it } from '@jest/globals';
import { isFor, ONLY_FOR } from './dead-letter.ts';

describe('a message', () => {
  it('is for every group, but a replayed dead letter for its own alone', () => {
    expect(isFor({ headers: {} }, 'order')).toBe(true);
    expect(isFor({ headers: { [ONLY_FOR]: Buffer.from('order') } }, 'order')).toBe(true);
    expect(isFor({ headers: { [ONLY_FOR]: Buffer.from('order') } }, 'orders')).toBe(false);
  });
});
