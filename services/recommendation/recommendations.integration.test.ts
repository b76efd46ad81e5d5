import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RecommendationReasonKind, RecommendationSource } from '@shopverse/contracts/shopverse/recommendation/v1/recommendation';
import { readConfig } from '@shopverse/mesh/config/read';
import type { Call } from '@shopverse/mesh/rpc/call';
import fc from 'fast-check';
import { settings } from './config.ts';
import type { RecordDeps } from './consumers/record-interactions.ts';
import { worthAt } from './domain/decay.ts';
import { assemble } from './parts.ts';
import { keepScale } from './store/scale.ts';
import { countedReads } from './testing/counted-reads.ts';
import { HALF_LIVES, Shop } from './testing/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
}, 120_000);
afterAll(() => shop.close());
beforeEach(() => shop.reset());

const PERSONAL = RecommendationSource.PERSONAL;
const POPULAR = RecommendationSource.POPULAR;
const NO_REASON = { productId: '', productName: '', categoryId: '', categoryName: '' };
const popularNow = { ...NO_REASON, kind: RecommendationReasonKind.POPULAR, text: 'Popular now' };
const ids = (answer: { readonly recommendations: readonly { readonly productId: string }[] }) =>
  answer.recommendations.map(({ productId }) => productId);
const catalogue = (...products: readonly string[]) => shop.deliver(products.map((id) => shop.created(id)));

describe('recommendations', () => {
  it('are what is popular for somebody of whom nothing is known', async () => {
    await catalogue('kettle', 'cup', 'pot');
    await shop.deliver([shop.viewed('asha', 'cup'), shop.ordered('asha', ['pot', 'pot'])]);
    expect(await shop.recommendations('ravi')).toEqual({
      source: POPULAR,
      recommendations: [
        { productId: 'pot', name: 'Product pot', score: expect.closeTo(5, 1), reason: popularNow },
        { productId: 'cup', name: 'Product cup', score: expect.closeTo(1, 1), reason: popularNow },
        { productId: 'kettle', name: 'Product kettle', score: 0, reason: popularNow },
      ],
    });
  });

  it('become personal with the first view, products of the same category first', async () => {
    await shop.deliver([
      shop.created('drill', { categoryId: 'tools' }),
      shop.created('saw', { categoryId: 'tools' }),
      shop.created('cup'),
      shop.created('pot'),
    ]);
    await shop.deliver([shop.ordered('ravi', ['cup', 'pot']), shop.viewed('asha', 'drill')]);
    await shop.refresh();
    const answer = await shop.recommendations('asha');
    expect(answer.source).toBe(PERSONAL);
    expect(ids(answer)[0]).toBe('saw');
  });

  it('are what others bought together with what somebody viewed', async () => {
    await catalogue('kettle', 'cup', 'pot', 'bag');
    await shop.deliver([
      ...['a', 'b', 'c'].map((user) => shop.ordered(user, ['kettle', 'cup'])),
      ...['d', 'e', 'f', 'g'].map((user) => shop.ordered(user, ['bag'])),
      shop.viewed('asha', 'kettle'),
    ]);
    await shop.refresh();
    expect(ids(await shop.recommendations('asha'))[0]).toBe('cup');
  });

  it('are never what was just bought, is out of stock, withdrawn or unknown', async () => {
    await catalogue('kettle', 'cup', 'pot');
    await shop.deliver([shop.created('gone', { available: 0n }), shop.created('withdrawn', { active: false })]);
    await shop.deliver(['a', 'b'].map((user) => shop.ordered(user, ['kettle', 'cup', 'pot', 'gone', 'withdrawn', 'unheard-of'])));
    await shop.deliver([shop.ordered('asha', ['kettle'])]);
    await shop.refresh();
    expect(ids(await shop.recommendations('asha')).sort()).toEqual(['cup', 'pot']);
    await shop.deliver([shop.stock('cup', 0n, 7n)]);
    expect(ids(await shop.recommendations('asha'))).toEqual(['pot']);
    await shop.deliver([shop.stock('cup', 3n, 6n)]);
    expect(ids(await shop.recommendations('asha'))).toEqual(['pot']);
    await shop.deliver([shop.stock('cup', 3n, 8n)]);
    expect(ids(await shop.recommendations('asha')).sort()).toEqual(['cup', 'pot']);
  });

  it('no longer show what was withdrawn or deleted, and show again what is offered again', async () => {
    const shown = async () => (await shop.recommendations('new')).recommendations.map(({ productId }) => productId).toSorted();
    await shop.deliver(['a', 'b', 'c'].flatMap((id) => [shop.created(id), shop.viewed('somebody', id)]));
    expect(await shown()).toEqual(['a', 'b', 'c']);
    const withdrawn = shop.updated('a', new Date(1_000), { active: false });
    await shop.deliver([withdrawn, shop.deleted('b')]);
    expect(await shown()).toEqual(['c']);
    await shop.deliver([shop.updated('a', new Date(2_000)), shop.updated('b', new Date(2_000)), shop.created('b'), withdrawn]);
    expect(await shown()).toEqual(['a', 'c']);
  });

  it('are no more than were asked for, best first, each once', async () => {
    await catalogue('a', 'b', 'c', 'd', 'e');
    await shop.deliver([shop.viewed('asha', 'a')]);
    await shop.refresh();
    const answer = await shop.recommendations('asha', 3);
    const scores = answer.recommendations.map(({ score }) => score);
    expect(new Set(ids(answer)).size).toBe(3);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it('of an empty shop are none', async () => {
    expect(await shop.recommendations('asha')).toEqual({ source: POPULAR, recommendations: [] });
    expect(await shop.trending()).toEqual([]);
  });
});

describe('the reason of a recommendation', () => {
  const reasonOf = async (userId: string, id: string) =>
    (await shop.recommendations(userId)).recommendations.find(({ productId }) => productId === id)?.reason;

  it('is the product that says most for it, and the strongest thing that was done with that', async () => {
    await catalogue('kettle', 'cup');
    await shop.deliver(['drill', 'screw'].map((id) => shop.created(id, { categoryId: 'tools' })));
    await shop.deliver([
      shop.ordered('a', ['kettle', 'cup']),
      shop.ordered('b', ['drill', 'screw']),
      ...['viewer', 'carter', 'buyer'].map((user) => shop.viewed(user, 'kettle')),
      shop.carted('carter', 'kettle'),
      shop.ordered('buyer', ['kettle']),
      shop.viewed('buyer', 'drill'),
    ]);
    await shop.refresh();
    const kettle = { ...NO_REASON, productId: 'kettle', productName: 'Product kettle' };
    const { VIEWED, CARTED, BOUGHT } = RecommendationReasonKind;
    expect(await reasonOf('viewer', 'cup')).toEqual({ ...kettle, kind: VIEWED, text: 'Because you viewed Product kettle' });
    expect(await reasonOf('carter', 'cup')).toEqual({ ...kettle, kind: CARTED, text: 'Because you put Product kettle into your cart' });
    expect(await reasonOf('buyer', 'cup')).toEqual({ ...kettle, kind: BOUGHT, text: 'Because you bought Product kettle' });
    expect(await reasonOf('buyer', 'screw')).toMatchObject({ kind: VIEWED, productId: 'drill' });
  });

  it('is that many like it where the list was filled up', async () => {
    await shop.deliver([shop.created('kettle'), shop.created('drill', { categoryId: 'tools' }), shop.viewed('asha', 'kettle')]);
    await shop.refresh();
    expect(await reasonOf('asha', 'drill')).toEqual(popularNow);
  });
});

describe('picks', () => {
  it('are what would be picked on the spot, until something is done that they were not made of', async () => {
    await catalogue('kettle', 'cup', 'pot', 'bag');
    await shop.deliver([...['a', 'b'].map((user) => shop.ordered(user, ['kettle', 'cup'])), shop.viewed('asha', 'kettle')]);
    await shop.refresh();
    const kept = await shop.recommendations('asha');
    expect(await shop.recommendations('asha', 10, 0)).toEqual(kept);
    await shop.deliver([shop.ordered('asha', ['cup'])]);
    expect(ids(await shop.recommendations('asha'))).not.toContain('cup');
  });

  it('show something new of a category that somebody likes, and not too many of one', async () => {
    const tools = Array.from({ length: 12 }, (_, index) => `tool-${index}`);
    const pots = Array.from({ length: 12 }, (_, index) => `pot-${index}`);
    await shop.deliver([...tools.map((id) => shop.created(id, { categoryId: 'tools' })), ...pots.map((id) => shop.created(id))]);
    await shop.deliver([
      ...['a', 'b', 'c'].map((user) => shop.ordered(user, tools)),
      ...['d', 'e', 'f', 'g'].map((user) => shop.ordered(user, pots)),
      shop.created('latest', { categoryId: 'tools', createdAt: new Date() }),
      shop.created('new-elsewhere', { categoryId: 'kitchen', createdAt: new Date() }),
      shop.viewed('asha', 'tool-0'),
    ]);
    await shop.refresh();
    const { recommendations } = await shop.recommendations('asha');
    expect(recommendations.filter(({ productId }) => productId.startsWith('tool'))).toHaveLength(6);
    expect(recommendations.at(-1)).toMatchObject({
      productId: 'latest',
      reason: { kind: RecommendationReasonKind.NEW_IN_CATEGORY, categoryId: 'tools', categoryName: 'Tools', text: 'New in Tools' },
    });
    expect(ids({ recommendations })).not.toContain('new-elsewhere');
    expect(ids({ recommendations })).not.toContain('tool-0');
  });

  it('are one read with what of them is in stock; similar products are, too', async () => {
    await catalogue('kettle', 'cup', 'pot');
    await shop.deliver([shop.ordered('a', ['kettle', 'cup']), shop.viewed('asha', 'kettle')]);
    await shop.refresh();
    const { database, count } = countedReads(shop.database);
    const { handlers } = assemble(database, readConfig(settings, { MONGODB_URL: 'mongodb://none/none' }), { nameOf: () => '' });
    const call = { caller: { userId: 'asha', role: 'CUSTOMER', email: '', sessionId: '' } } as unknown as Call;
    expect(ids(await handlers.getRecommendations({ limit: 2 }, call))).toHaveLength(2);
    expect(count()).toBe(1);
    await handlers.listSimilarProducts({ id: 'kettle', limit: 2 }, call);
    expect(count()).toBe(2);
  });

  it('are gone with what somebody did', async () => {
    await catalogue('kettle', 'cup');
    await shop.deliver([shop.viewed('asha', 'kettle')]);
    await shop.refresh();
    await shop.deps.shoppers.erase('asha');
    expect((await shop.recommendations('asha')).source).toBe(POPULAR);
  });
});

describe('similar products', () => {
  const similarTo = async (id: string) =>
    (await shop.similarTo(id)).products.map(({ productId, reason }) => [productId, reason?.text ?? '']);

  it('are those that others viewed or bought together with one, before those of its category', async () => {
    await shop.deliver([
      ...['tea', 'sugar', 'salt'].map((id) => shop.created(id)),
      shop.created('cup', { categoryId: 'tools' }),
      shop.created('gone', { available: 0n }),
      shop.created('elsewhere', { categoryId: 'tools' }),
    ]);
    await shop.deliver([shop.ordered('a', ['tea', 'cup', 'gone']), shop.ordered('b', ['tea', 'cup', 'gone']), shop.viewed('c', 'salt')]);
    await shop.refresh();
    expect(await similarTo('tea')).toEqual([
      ['cup', 'Viewed or bought together with Product tea'],
      ['salt', 'Popular in Kitchen'],
      ['sugar', 'Popular in Kitchen'],
    ]);
    await shop.deliver([shop.stock('gone', 2n, 3n), shop.deleted('cup')]);
    expect((await similarTo('tea')).map(([id]) => id)).toEqual(['gone', 'salt', 'sugar']);
  });

  it('of a new product are the popular ones of its category', async () => {
    await catalogue('tea', 'sugar', 'salt');
    await shop.deliver([shop.viewed('c', 'salt')]);
    expect(await similarTo('tea')).toEqual([
      ['salt', 'Popular in Kitchen'],
      ['sugar', 'Popular in Kitchen'],
    ]);
  });

  it('of what is not in the catalogue, or not any more, there are none', async () => {
    await catalogue('tea', 'cup');
    await shop.deliver([shop.ordered('a', ['tea', 'cup', 'unheard-of'])]);
    await shop.refresh();
    const refused = { reason: 'PRODUCT_NOT_FOUND' };
    await expect(shop.similarTo('nothing')).rejects.toMatchObject(refused);
    await expect(shop.similarTo('unheard-of')).rejects.toMatchObject(refused);
    await shop.deliver([shop.deleted('tea')]);
    await expect(shop.similarTo('tea')).rejects.toMatchObject(refused);
    expect(ids({ recommendations: (await shop.similarTo('cup')).products })).toEqual([]);
  });
});

describe('what is trending', () => {
  it('is what there was interest in of late, not what there was more of long ago', async () => {
    await catalogue('old', 'new');
    const longAgo = new Date(Date.now() - 5 * HALF_LIVES.trendingMs);
    await shop.deliver([...['a', 'b', 'c'].map((user) => shop.ordered(user, ['old'], longAgo)), shop.viewed('a', 'new')]);
    expect(await shop.trending()).toEqual(['new', 'old']);
  });
});

describe('an event', () => {
  const popularity = async (productId: string) =>
    worthAt((await shop.deps.products.details([productId])).get(productId)?.popular ?? null, Date.now(), HALF_LIVES.popularMs);

  it('delivered ten times counts once', async () => {
    await catalogue('cup');
    const events = [shop.viewed('asha', 'cup'), shop.carted('asha', 'cup'), shop.ordered('asha', ['cup'])];
    for (let again = 0; again < 5; again += 1) await shop.deliver(events);
    await Promise.all(Array.from({ length: 5 }, () => shop.deliver(events.toReversed())));
    expect(await popularity('cup')).toBeCloseTo(9, 2);
    expect((await shop.deps.shoppers.find('asha'))?.recent).toHaveLength(3);
  });

  it('counts once for each product though handling it breaks off after every single write', async () => {
    await catalogue('cup', 'pot', 'kettle');
    const order = shop.ordered('asha', ['cup', 'pot', 'kettle']);
    let writes = 0;
    for (let breakAfter = 1; breakAfter <= 6; breakAfter += 1) {
      writes = 0;
      const counted = async (write: () => Promise<void>) => {
        await write();
        writes += 1;
        if (writes === breakAfter) throw new Error('killed');
      };
      const { products, shoppers, inbox } = shop.deps;
      const broken: RecordDeps = {
        halfLives: HALF_LIVES,
        products: { change: (...change) => counted(() => products.change(...change)) },
        shoppers: { remember: (...what) => counted(() => shoppers.remember(...what)) },
        inbox: { has: (id) => inbox.has(id), add: (...what) => counted(() => inbox.add(...what)) },
      };
      await shop.deliver([order], broken).catch(() => undefined);
      for (const id of ['cup', 'pot', 'kettle']) expect(await popularity(id)).toBeLessThan(5.01);
    }
    await shop.deliver([order]);
    for (const id of ['cup', 'pot', 'kettle']) expect(await popularity(id)).toBeCloseTo(5, 2);
    expect((await shop.deps.shoppers.find('asha'))?.bought.map(({ productId }) => productId).sort()).toEqual(['cup', 'kettle', 'pot']);
  });

  it('that comes late makes nobody of a shopper who is erased', async () => {
    await catalogue('cup', 'pot');
    await shop.deliver([shop.viewed('asha', 'cup'), shop.viewed('ravi', 'cup')]);
    for (let times = 0; times < 2; times += 1) await shop.deps.shoppers.erase('asha');
    await shop.deliver([shop.viewed('asha', 'pot'), shop.ordered('asha', ['cup'])]);
    expect(await shop.deps.shoppers.find('asha')).toBeUndefined();
    expect(await shop.deps.shoppers.answer('asha')).toBeUndefined();
    expect(await shop.database.collection<{ _id: string }>('shoppers').findOne({ _id: 'asha' })).toMatchObject({ recent: [], bought: [] });
    expect((await shop.deps.shoppers.find('ravi'))?.recent).toHaveLength(1);
  });

  it('is not handled on by a consumer whose partition is somebody else’s by now', async () => {
    await catalogue('cup');
    const view = shop.viewed('asha', 'cup');
    const late = { ...view, event: { ...view.event, signal: AbortSignal.abort() } };
    await expect(shop.deliver([late])).rejects.toMatchObject({ name: 'AbortError' });
    expect(await popularity('cup')).toBe(0);
  });

  it('counts though many change the same product at the same time', async () => {
    await catalogue('cup');
    await Promise.all(
      Array.from({ length: 12 }, (_, partition) =>
        shop.deliver([{ ...shop.viewed(`user ${partition}`, 'cup') }].map((one) => ({ ...one, event: { ...one.event, partition } }))),
      ),
    );
    expect(await popularity('cup')).toBeCloseTo(12, 2);
  });

  it('leaves the same behind however events are repeated and mixed up', async () => {
    const at = Date.now();
    const products = ['cup', 'pot', 'kettle'];
    const one = fc.record({
      user: fc.constantFrom('asha', 'ravi'),
      product: fc.constantFrom(...products),
      ordered: fc.boolean(),
      age: fc.integer({ min: 0, max: 1_000_000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(one, { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        async (things, random) => {
          const next = () => random.next().value as number;
          const events = [
            ...products.flatMap((id) => [shop.created(id), shop.stock(id, 0n, 1n), shop.stock(id, 4n, 2n)]),
            ...things.map(({ user, product, ordered, age }) => {
              const when = new Date(at - age);
              return ordered ? shop.ordered(user, [product], when) : shop.viewed(user, product, when);
            }),
          ];
          await shop.reset();
          await shop.deliver(events);
          const expected = await shop.state();
          await shop.reset();
          const mixed = [...events, ...events.filter(() => next() < 0.5)]
            .map((event) => ({ event, key: next() }))
            .sort((a, b) => a.key - b.key)
            .map(({ event }) => event);
          await shop.deliver(mixed);
          expect(await shop.state()).toEqual(expected);
        },
      ),
      { numRuns: 6 },
    );
  }, 60_000);
});

describe('the half-lives', () => {
  it('of stored scores can not be changed by a setting', async () => {
    await keepScale(shop.database, HALF_LIVES);
    await keepScale(shop.database, HALF_LIVES);
    await expect(keepScale(shop.database, { ...HALF_LIVES, trendingMs: 1 })).rejects.toThrow(
      /^The stored scores were made with POPULAR_HALF_LIFE_MS=86400000 and TRENDING_HALF_LIFE_MS=86400000: set these again, or /,
    );
  });
});
