import { expect, it } from '@jest/globals';
import { quality } from './quality.ts';

const right = new Map([
  ['asha', new Set(['a', 'b'])],
  ['ravi', new Set(['c'])],
]);

it('lists that are all right are worth 1, such that are all wrong nothing', () => {
  expect(quality(new Map([['asha', ['b', 'a']], ['ravi', ['c', 'x']]]), right)).toEqual({ hitRate: 1, ndcg: 1 }); // prettier-ignore
  expect(quality(new Map([['asha', ['x']]]), right)).toEqual({ hitRate: 0, ndcg: 0 });
});

it('what is right counts less further down, and nothing after the tenth place', () => {
  const ninth = [...'xxxxxxxxx', 'c'];
  expect(quality(new Map([['asha', ['x', 'a']], ['ravi', [...'xxxxxxxxxx', 'c']]]), right)).toEqual({
    hitRate: 0.5,
    ndcg: expect.closeTo(1 / Math.log2(3) / (1 + 1 / Math.log2(3)) / 2, 9),
  }); // prettier-ignore
  expect(quality(new Map([['ravi', ninth]]), right)).toEqual({ hitRate: 0.5, ndcg: expect.closeTo(1 / Math.log2(11) / 2, 9) });
});
