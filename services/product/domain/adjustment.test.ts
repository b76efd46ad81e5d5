import { describe, expect, it } from '@jest/globals';
import { adjustment, type Adjustment } from './adjustment.ts';

const wanted: Adjustment = { productId: 'p', change: -2n, kind: 'adjusted', reason: ' two\n broken\u0000 ' };

describe('an adjustment', () => {
  it('has a reason of one line', () => {
    expect(adjustment(wanted)).toEqual({ ...wanted, reason: 'two broken' });
  });

  it.each<[string, Partial<Adjustment>, string]>([
    ['fewer goods than none that came in', { kind: 'received' }, 'change'],
    ['a reason of blanks', { reason: ' \t ' }, 'reason'],
  ])('is refused with %s', (_what, change, field) => {
    expect(() => adjustment({ ...wanted, ...change })).toThrow(
      expect.objectContaining({ reason: 'INVALID_REQUEST', options: { violations: [expect.objectContaining({ field })] } }),
    );
  });
});
