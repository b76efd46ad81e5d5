import { recommended, type Learner } from './learner.ts';
import type { SplitHistory } from './purchase-history.ts';
import { quality, type Quality } from './quality.ts';
import { Random } from './random.ts';

/** How good the service's lists are, and two others. */
export interface Comparison {
  readonly service: Quality;
  /** What is popular, the same for everybody, but for what they have just bought. */
  readonly popular: Quality;
  /** Anything, but for what they have just bought. */
  readonly random: Quality;
  /** Shoppers who are counted: they bought something after the cut. */
  readonly shoppers: number;
  /** Those of them who bought before, too. */
  readonly known: number;
  /** Share of the catalogue that is in somebody's list. */
  readonly coverage: number;
}

const LENGTH = 10;
/** The user of whom nothing is known is answered with what is popular. */
const NOBODY = 'nobody';

/**
 * Asks the service for lists at the moment of the cut, and looks which of it was bought after. Right is all that a shopper bought after the cut and that was in
 * the catalogue then, but for what they had just bought, which no list may hold.
 */
export async function compare(service: Learner, history: SplitHistory, justBoughtMs: number): Promise<Comparison> {
  const catalogue = new Set(history.items.map(({ id }) => id));
  const justBought = bySomebody(history.train.filter(({ time }) => history.at - time < justBoughtMs));
  const isNew = (user: string, item: string) => !(justBought.get(user)?.has(item) ?? false);
  const right = bySomebody(history.test.filter(({ user, item }) => catalogue.has(item) && isNew(user, item)));
  const popular = await recommended(service, NOBODY, 50);
  const random = new Random(1);
  const lists = { service: new Map<string, string[]>(), popular: new Map<string, string[]>(), random: new Map<string, string[]>() };
  const everything = [...catalogue];
  for (const user of right.keys()) {
    lists.service.set(user, await recommended(service, user, LENGTH));
    lists.popular.set(user, popular.filter((item) => isNew(user, item)).slice(0, LENGTH)); // prettier-ignore
    const drawn = new Set<string>();
    for (let draw = 0; draw < 10 * LENGTH && drawn.size < LENGTH; draw += 1) {
      const item = everything[random.below(everything.length)] ?? '';
      if (isNew(user, item)) drawn.add(item);
    }
    lists.random.set(user, [...drawn]);
  }
  const before = new Set(history.train.map(({ user }) => user));
  return {
    service: quality(lists.service, right),
    popular: quality(lists.popular, right),
    random: quality(lists.random, right),
    shoppers: right.size,
    known: [...right.keys()].filter((user) => before.has(user)).length,
    coverage: new Set([...lists.service.values()].flat()).size / catalogue.size,
  };
}

function bySomebody(purchases: SplitHistory['test']): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { user, item } of purchases) {
    const items = found.get(user) ?? new Set();
    found.set(user, items);
    items.add(item);
  }
  return found;
}
