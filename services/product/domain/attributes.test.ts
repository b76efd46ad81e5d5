import { describe, expect, it } from '@jest/globals';
import { sameAttributes, tidyAttributes } from './attributes.ts';

describe('attributes', () => {
  it('are kept by key, their values as one tidy line', () => {
    expect(
      tidyAttributes(
        [
          { key: 'material', value: '  cafe\u0301 \n brown ' },
          { key: 'colour', value: 'red\u0007' },
          { key: 'constructor', value: 'Bob' },
        ],
        'attributes',
      ),
    ).toEqual([
      { key: 'colour', value: 'red' },
      { key: 'constructor', value: 'Bob' },
      { key: 'material', value: 'café brown' },
    ]);
  });

  it.each([
    ['a key twice', [{ key: 'a', value: 'x' }, { key: 'a', value: 'y' }], 'attributes[1].key'],
    ['a malformed key', [{ key: 'Colour', value: 'x' }], 'attributes[0].key'],
    ['a value that can not be seen', [{ key: 'a', value: ' \u0000 ' }], 'attributes[0].value'],
    ['a value that is too long', [{ key: 'a', value: 'x'.repeat(201) }], 'attributes[0].value'],
    ['too many', Array.from({ length: 51 }, (_, n) => ({ key: `k${n}`, value: 'x' })), 'attributes'],
  ])('are refused for %s', (_what, given, field) => {
    expect(() => tidyAttributes(given, 'attributes')).toThrow(
      expect.objectContaining({ reason: 'INVALID_REQUEST', options: { violations: [{ field, message: expect.any(String) }] } }),
    );
  }); // prettier-ignore

  it('are the same only with the same keys and values', () => {
    const some = [{ key: 'a', value: 'x' }];
    expect(sameAttributes(some, [{ key: 'a', value: 'x' }])).toBe(true);
    for (const other of [[], [{ key: 'a', value: 'y' }], [{ key: 'b', value: 'x' }], [...some, { key: 'b', value: 'x' }]])
      expect(sameAttributes(some, other)).toBe(false);
  });
});
