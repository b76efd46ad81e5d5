import { Faker, en } from '@faker-js/faker';
import type { Money } from '@shopverse/mesh/money';
import { v7 } from 'uuid';
import { DEPARTMENTS, type Department, type Shelf } from './departments.ts';

/** A category to be put in place. */
export interface CatalogueCategory {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly parentId: string | undefined;
}

/** A product to be put in place. */
export interface CatalogueProduct {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly brand: string;
  readonly categoryId: string;
  /** Names of the category and of the one above it, for the search. */
  readonly categoryNames: string;
  readonly price: Money;
  readonly imageUrls: readonly string[];
  readonly initialStock: bigint;
}

/** All that the shop begins with. */
export interface Catalogue {
  /** Parents before their children. */
  readonly categories: readonly CatalogueCategory[];
  readonly products: readonly CatalogueProduct[];
}

/** How many products there are. */
export const PRODUCT_COUNT = 2_000;

const SEED = 20_260_101;
/** The moment the ids say they are from; each is a minute later than the one before. */
const EPOCH_MS = Date.UTC(2026, 0, 1);
/** One product in so many is sold out. */
const SOLD_OUT_EVERY = 25;

/** The catalogue: the same on every machine, id for id. */
export function generateCatalogue(): Catalogue {
  const faker = new Faker({ locale: [en] });
  faker.seed(SEED);
  let minutes = 0;
  const nextId = () => {
    minutes += 1;
    return v7({ msecs: EPOCH_MS + minutes * 60_000, seq: 0, random: Uint8Array.from({ length: 16 }, () => faker.number.int(255)) });
  };
  const categories: CatalogueCategory[] = [];
  const shelves: { readonly department: Department; readonly shelf: Shelf; readonly id: string }[] = [];
  for (const department of DEPARTMENTS) {
    const parentId = nextId();
    categories.push({ id: parentId, name: department.name, slug: slugOf(department.name), parentId: undefined });
    for (const shelf of department.shelves) {
      const id = nextId();
      categories.push({ id, name: shelf.name, slug: slugOf(`${department.name} ${shelf.name}`), parentId });
      shelves.push({ department, shelf, id });
    }
  }
  const names = new Set<string>();
  const products: CatalogueProduct[] = [];
  for (let tries = 0; products.length < PRODUCT_COUNT && tries < PRODUCT_COUNT * 20; tries += 1) {
    const place = shelves[tries % shelves.length];
    if (place === undefined) break;
    const { department, shelf, id: categoryId } = place;
    const pick = (words: readonly string[]) => faker.helpers.arrayElement([...words]);
    const [brand, kind, thing, size] = [pick(department.brands), pick(department.kinds), pick(shelf.things), pick(department.sizes)];
    const name = `${brand} ${kind.toLowerCase()} ${thing}, ${size}`;
    if (names.has(name)) continue;
    names.add(name);
    const number = String(products.length + 1).padStart(5, '0');
    const soldOut = faker.number.int({ min: 1, max: SOLD_OUT_EVERY }) === 1;
    products.push({
      id: nextId(),
      sku: `${code(department.name)}-${code(shelf.name)}-${number}`,
      name,
      description: `${kind} ${thing} by ${brand}, ${size}. ${pick(department.praise).replace('{thing}', thing)}`,
      brand,
      categoryId,
      categoryNames: `${shelf.name} ${department.name}`,
      price: { currency: 'INR', minor: priceOf(shelf, faker.number.float()) },
      imageUrls: [`https://images.shopverse.example/products/${number}.jpg`],
      initialStock: soldOut ? 0n : BigInt(faker.number.int({ min: 3, max: 250 })),
    });
  }
  return { categories, products };
}

/** Paise: cheap things are more common than dear ones, and prices end as prices do. */
function priceOf({ rupees: [from, to] }: Shelf, random: number): bigint {
  const rupees = from * (to / from) ** (random ** 1.5);
  const step = rupees < 500 ? 10 : rupees < 5_000 ? 50 : 500;
  return BigInt(Math.max(from, Math.round(rupees / step) * step - 1)) * 100n;
}

function code(text: string): string {
  return text.replaceAll(/[^A-Za-z]/g, '').slice(0, 3).toUpperCase(); // prettier-ignore
}

function slugOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, ''); // prettier-ignore
}
