import type { Item, Purchase, PurchaseHistory } from './purchase-history.ts';
import { Random } from './random.ts';

const DAY_MS = 86_400_000;
const DAYS = 365;

/** How large a generated history is. */
export interface GenerateOptions {
  readonly seed: number;
  readonly customers: number;
  readonly categories: number;
  readonly productsPerCategory: number;
  /** When it starts, in Unix milliseconds. */
  readonly from: number;
}

interface Product extends Item {
  readonly categoryIndex: number;
  /** How attractive it is: few are, most are not. */
  readonly appeal: number;
  /** What it costs, of three classes. */
  readonly price: number;
  /** Products that go with it. */
  companions: readonly number[];
}

interface Category {
  readonly appeal: number;
  /** How strongly it depends on the season, and when in the year (0 to 1) it is at its height. */
  readonly seasonality: number;
  readonly height: number;
  readonly members: readonly number[];
}

/**
 * A year of a shop, made by how people shop and not by how anything learns from it:
 *
 * - Popularity has a long tail: the appeal of categories, and of products in them, falls as a power of the rank (0.5 and 0.8).
 * - A fifth of the products comes into the catalogue in the course of the year.
 * - A category has a season of some strength (none to fourfold), at its height some day of the year.
 * - Products have one to three companions, most of the same category, some of any: things that are bought with them or soon after.
 * - A customer likes two to five categories, each more or less, one class of prices more than the others, and buys something else one time in eight. How often
 *   they buy is distributed log-normally: most a few times a year, some every week. A fifth of them comes in the course of the year.
 * - A basket holds one thing and more by chance; each further thing is a companion of one that is in it (four in ten) or of one of the last basket (one in
 *   ten), or something that was bought before (one in ten), or a choice of its own.
 *
 * The same seed makes the same history.
 */
export function generate(options: GenerateOptions): PurchaseHistory {
  const random = new Random(options.seed);
  const { products, categories } = catalogue(options, random);
  const purchases: Purchase[] = [];
  for (let customer = 0; customer < options.customers; customer += 1) {
    purchases.push(...shopping(`customer-${customer}`, products, categories, options.from, random));
  }
  return { items: products.map(({ id, category, since }) => ({ id, category, since })), purchases: purchases.sort(byTime) };
}

function byTime(a: Purchase, b: Purchase): number {
  return a.time - b.time || (a.user < b.user ? -1 : a.user > b.user ? 1 : 0);
}

function catalogue(options: GenerateOptions, random: Random): { products: Product[]; categories: Category[] } {
  const products: Product[] = [];
  const categories: Category[] = [];
  for (let index = 0; index < options.categories; index += 1) {
    const members: number[] = [];
    for (let rank = 1; rank <= options.productsPerCategory; rank += 1) {
      members.push(products.length);
      products.push({
        id: `product-${products.length}`,
        category: `category-${index}`,
        categoryIndex: index,
        since: options.from + (random.next() < 0.2 ? random.next() * DAYS * DAY_MS : -DAY_MS),
        appeal: rank ** -0.8,
        price: random.below(3),
        companions: [],
      });
    }
    categories.push({ appeal: (index + 1) ** -0.5, seasonality: random.next() ** 2 * 3, height: random.next(), members });
  }
  for (const product of products) {
    product.companions = Array.from({ length: 1 + random.below(3) }, () => {
      const members = random.next() < 0.6 ? categories[product.categoryIndex]?.members : undefined;
      return members === undefined ? random.below(products.length) : (members[random.below(members.length)] ?? 0);
    });
  }
  return { products, categories };
}

interface Taste {
  readonly likes: ReadonlyMap<number, number>;
  readonly price: number;
}

function* shopping(
  user: string,
  products: readonly Product[],
  categories: readonly Category[],
  from: number,
  random: Random,
): Generator<Purchase> {
  const likes = new Map<number, number>();
  for (let count = 2 + random.below(4); count > 0; count -= 1) {
    likes.set(random.pick(categories.map(({ appeal }) => appeal)), 0.2 + random.next());
  }
  const taste = { likes, price: random.below(3) };
  const perDay = Math.exp(1.9 + random.normal() * 0.9) / DAYS;
  const firstDay = random.next() < 0.2 ? random.next() * DAYS : 0;
  const before: number[] = [];
  let last: readonly number[] = [];
  for (let day = firstDay - Math.log(1 - random.next()) / perDay; day < DAYS; day -= Math.log(1 - random.next()) / perDay) {
    const time = Math.floor(from + day * DAY_MS);
    const basket = new Set<number>();
    for (let size = Math.min(12, 1 + random.poisson(1.3)); size > 0; size -= 1) {
      const bought = next(basket, last, before, random) ?? choice(taste, products, categories, day / DAYS, random);
      if ((products[bought]?.since ?? Infinity) < time) basket.add(bought);
    }
    for (const index of basket) yield { user, item: products[index]?.id ?? '', time };
    before.push(...basket);
    last = [...basket].flatMap((index) => products[index]?.companions ?? []);
  }

  /** Something that what was bought suggests; undefined when it is to be a choice of its own. */
  function next(basket: ReadonlySet<number>, suggested: readonly number[], known: readonly number[], dice: Random): number | undefined {
    const roll = dice.next();
    const pick = (from: readonly number[]) => from[dice.below(from.length)];
    if (roll < 0.4 && basket.size > 0) return pick([...basket].flatMap((index) => products[index]?.companions ?? []));
    if (roll >= 0.4 && roll < 0.5) return pick(suggested);
    if (roll >= 0.5 && roll < 0.6) return pick(known);
    return undefined;
  }
}

/** What somebody buys by their taste and the season. @param year 0 to 1 */
function choice(
  { likes, price }: Taste,
  products: readonly Product[],
  categories: readonly Category[],
  year: number,
  random: Random,
): number {
  const other = random.next() < 0.125;
  const weights = categories.map(
    (category, index) =>
      (other ? category.appeal : (likes.get(index) ?? 0)) *
      (1 + category.seasonality * Math.max(0, Math.cos(2 * Math.PI * (year - category.height)))),
  );
  const members = categories[random.pick(weights)]?.members ?? [];
  const index = random.pick(members.map((member) => (products[member]?.appeal ?? 0) * (products[member]?.price === price ? 3 : 1)));
  return members[index] ?? 0;
}
