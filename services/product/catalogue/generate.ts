import { Faker, en } from '@faker-js/faker';
import { v7 } from 'uuid';
import type { StoredCategory } from '../store/category-repository.ts';
import type { ProductToAdd } from '../store/add-products.ts';
import { DEPARTMENTS } from './departments.ts';
import { priceBetween } from './price.ts';
import type { Department, Line, Shelf } from './vocabulary.ts';

/** All that the shop begins with. */
export interface Catalogue {
  /** Parents before their children. */
  readonly categories: readonly Omit<StoredCategory, 'version'>[];
  readonly products: readonly ProductToAdd[];
}

/** How many products there are on a shelf; with 40 shelves, 2,000. */
const PRODUCTS_PER_SHELF = 50;
const SEED = 20_260_101;
/** When the first product was added, by its id; the others follow a few hours apart each. */
const FIRST_MS = Date.UTC(2025, 0, 6, 4, 30);
const HOURS_APART_MS = 3 * 3_600_000;
/** One product in so many is sold out. */
const SOLD_OUT_EVERY = 25;
const MOST_STOCK = 250;

/** The catalogue: the same on every machine, to the last id. */
export function generateCatalogue(): Catalogue {
  const faker = new Faker({ locale: [en] });
  faker.seed(SEED);
  let now = FIRST_MS;
  const nextId = () => v7({ msecs: now, seq: 0, random: Uint8Array.from({ length: 16 }, () => faker.number.int(255)) });
  const categories: Omit<StoredCategory, 'version'>[] = [];
  const addCategory = (name: string, parentId?: string): string => {
    now += 60_000;
    const id = nextId();
    categories.push({ id, name, slug: slugOf(name), parentId });
    return id;
  };

  const drafts: Draft[] = [];
  for (const department of DEPARTMENTS) {
    const top = addCategory(department.name);
    for (const { name, shelves } of department.aisles) {
      const middle = addCategory(name, top);
      for (const shelf of shelves) {
        const place = { categoryId: addCategory(shelf.name, middle), categoryNames: `${shelf.name} ${name} ${department.name}` };
        const variants = faker.helpers.arrayElements(variantsOf(department, shelf), PRODUCTS_PER_SHELF);
        drafts.push(...variants.map((variant) => ({ ...place, ...variant, department, shelf })));
      }
    }
  }

  // What is new comes from all departments, as in any shop.
  const products = faker.helpers.shuffle(drafts).map((draft, index): ProductToAdd => {
    now += HOURS_APART_MS + faker.number.int(HOURS_APART_MS);
    const number = String(index + 1).padStart(4, '0');
    const { shelf, department, line, kind, size, brand, categoryId, categoryNames } = draft;
    const share = (size / line.sizes.length + kind / line.kinds.length / 4 + faker.number.float({ max: 0.2 })) / 1.25;
    const images = faker.number.int({ min: 1, max: 4 });
    const product = {
      id: nextId(),
      sku: `${code(brand)}-${code(shelf.name)}-${number}`,
      name: nameOf(draft),
      description: descriptionOf(faker, department, shelf),
      brand,
      categoryId,
      price: { currency: 'INR', minor: priceBetween(line.rupees, share) },
      imageUrls: Array.from({ length: images }, (_, image) => `https://images.shopverse.example/products/${number}/${image + 1}.jpg`),
      attributes: [],
      active: true,
      initialStock: faker.number.int({ min: 1, max: SOLD_OUT_EVERY }) === 1 ? 0n : BigInt(faker.number.int({ min: 1, max: MOST_STOCK })),
      createdAt: new Date(now),
    };
    return { product, categoryNames };
  });
  return { categories, products };
}

/** A product by its choices; kind and size by their place in the line. */
interface Variant {
  readonly line: Line;
  readonly kind: number;
  readonly size: number;
  readonly brand: string;
}

interface Draft extends Variant {
  readonly department: Department;
  readonly shelf: Shelf;
  readonly categoryId: string;
  readonly categoryNames: string;
}

/** Everything that could stand on a shelf. A title belongs to one publisher. */
function variantsOf({ brands }: Department, { lines }: Shelf): Variant[] {
  return lines.flatMap((line) =>
    line.kinds.flatMap((_kind, kind) =>
      line.sizes.flatMap((_size, size) => {
        const makers = line.branded ? brands : brands.slice((kind + size) % brands.length).slice(0, 1);
        return makers.map((brand) => ({ line, kind, size, brand }));
      }),
    ),
  );
}

function nameOf({ line, kind, size, brand }: Variant): string {
  const name = line.name.replace('{kind}', line.kinds[kind] ?? '').replace('{size}', line.sizes[size] ?? '');
  return line.branded ? `${brand} ${name}` : name;
}

function descriptionOf(faker: Faker, department: Department, shelf: Shelf): string {
  const praise = faker.helpers.arrayElements(shelf.praise, faker.number.int({ min: 1, max: 2 }));
  const care = faker.helpers.arrayElements(department.care, faker.number.int({ min: 0, max: 1 }));
  return [...praise, ...care].join(' ');
}

function code(text: string): string {
  return text.toUpperCase().replace(/[^A-Z]/g, '').slice(0, 4); // prettier-ignore
}

function slugOf(text: string): string {
  return text.toLowerCase().replace(/['\u2019]/g, '').replace(/[^a-z0-9]+/g, '-'); // prettier-ignore
}
