import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { justBought, NO_HISTORY, remember, strengths, strongestKinds, type History } from './history.ts';
import type { Interaction } from './interaction.ts';

const LIMITS = { recent: 10, bought: 5 };
const NOW = Date.parse('2026-03-01T00:00:00Z');
const HOUR = 3_600_000;

const interactions = fc.uniqueArray(
  fc.record({
    eventId: fc.integer({ min: 0, max: 40 }).map((number) => `e${number}`),
    productId: fc.integer({ min: 0, max: 8 }).map((number) => `p${number}`),
    kind: fc.constantFrom('VIEW' as const, 'ORDER' as const),
    at: fc.integer({ min: 0, max: 20 }).map((hours) => new Date(NOW - hours * HOUR)),
  }),
  { maxLength: 40, selector: ({ eventId }) => eventId },
);
const inOneGo = (all: readonly Interaction[]): History => all.reduce((history, one) => remember(history, [one], LIMITS), NO_HISTORY);
const shuffledWithRepeats = interactions.chain((all) =>
  fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all, ...all], { minLength: all.length * 3, maxLength: all.length * 3 })),
);

describe('a history', () => {
  it('is the same in whatever order and however often its interactions come', () => {
    fc.assert(fc.property(shuffledWithRepeats, ([all, delivered]) => expect(inOneGo(delivered)).toEqual(inOneGo(all))));
  });

  it('keeps the newest interactions and no more than its limit', () => {
    fc.assert(
      fc.property(interactions, (all) => {
        const { recent } = inOneGo(all);
        expect(recent).toHaveLength(Math.min(all.length, LIMITS.recent));
        const oldest = Math.min(...recent.map(({ at }) => at.getTime()));
        expect(all.filter(({ at }) => at.getTime() > oldest).every((one) => recent.includes(one))).toBe(true);
      }),
    );
  });

  it('remembers a purchase however much its buyer looks around afterwards', () => {
    const bought = remember(NO_HISTORY, [{ eventId: 'order', productId: 'kettle', kind: 'ORDER', at: new Date(NOW) }], LIMITS);
    const views = Array.from({ length: 20 }, (_, index) => ({
      eventId: `v${index}`,
      productId: 'cup',
      kind: 'VIEW' as const,
      at: new Date(NOW + index + 1),
    }));
    const later = remember(bought, views, LIMITS);
    expect(later.recent.some(({ productId }) => productId === 'kettle')).toBe(false);
    expect(justBought(later, NOW + HOUR, 2 * HOUR)).toEqual(new Set(['kettle']));
    expect(justBought(later, NOW + 2 * HOUR, 2 * HOUR)).toEqual(new Set());
  });

  it('says most about what was bought, and less the longer ago it was', () => {
    const at = (hours: number) => new Date(NOW - hours * HOUR);
    const history = remember(
      NO_HISTORY,
      [
        { eventId: 'a', productId: 'bought', kind: 'ORDER', at: at(24) },
        { eventId: 'b', productId: 'seen twice', kind: 'VIEW', at: at(0) },
        { eventId: 'c', productId: 'seen twice', kind: 'VIEW', at: at(24) },
        { eventId: 'd', productId: 'seen', kind: 'VIEW', at: at(0) },
      ],
      LIMITS,
    );
    expect([...strengths(history, NOW, 24 * HOUR)]).toEqual([
      ['bought', 2.5],
      ['seen twice', 1.5],
      ['seen', 1],
    ]);
    expect([...strengths(history, NOW, 24 * HOUR, 1).keys()]).toEqual(['bought']);
  });
});

it('the strongest thing done with a product is known', () => {
  const did = (productId: string, kind: 'VIEW' | 'CART' | 'ORDER', eventId: string) => ({ eventId, productId, kind, at: new Date(NOW) });
  const recent = [did('tea', 'VIEW', '1'), did('tea', 'ORDER', '2'), did('tea', 'CART', '3'), did('cup', 'VIEW', '4')];
  expect(strongestKinds({ recent })).toEqual(new Map([['tea', 'ORDER'], ['cup', 'VIEW']])); // prettier-ignore
});
