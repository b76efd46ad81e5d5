import { Client } from 'pg';
import { generateCatalogue } from '../../services/product/catalogue/generate.ts';

/** What a filled catalogue has. */
export interface Filled {
  /** Ids of some hundred products. */
  readonly productIds: readonly string[];
  /** Ids of departments, aisles and shelves, by slug. */
  readonly categories: ReadonlyMap<string, string>;
}

/** Built at once when all products are there: word by word it takes minutes. */
const SEARCH_INDEX = 'products_search_vector';
const SOME = 500;

/**
 * Puts the seed's catalogue into the product database, and variants of its products (other SKU, other price, other time) until there are `count`: with one in 25 sold out
 * and one in 50 not for sale. By SQL, without events: nobody has to hear of them.
 *
 * @param superuser address of the product database
 */
export async function fillCatalogue(superuser: string, count: number): Promise<Filled> {
  const client = new Client({ connectionString: superuser });
  await client.connect();
  try {
    const { categories, products } = generateCatalogue();
    await client.query(
      'insert into categories (id, name, slug, parent_id) select id, name, slug, "parentId" from jsonb_to_recordset($1) as c (id uuid, name text, slug text, "parentId" uuid)',
      [JSON.stringify(categories)],
    );
    const index = await client.query<{ indexdef: string }>('select indexdef from pg_indexes where indexname = $1', [SEARCH_INDEX]);
    await client.query(`drop index ${SEARCH_INDEX}`);
    const rows = products.map(({ product: { price, createdAt, ...product }, categoryNames }) => ({
      id: product.id,
      sku: product.sku,
      name: product.name,
      description: product.description,
      brand: product.brand,
      category: product.categoryId,
      names: categoryNames,
      minor: String(price.minor),
      currency: price.currency,
      images: product.imageUrls,
      at: createdAt.toISOString(),
    }));
    await client.query(
      `insert into products (id, sku, name, description, brand, category_id, category_names, price_minor, currency, image_urls, created_at, updated_at)
       select id, sku, name, description, brand, category, names, minor, currency, images, at, at
       from jsonb_to_recordset($1) as p (
         id uuid, sku text, name text, description text, brand text, category uuid, names text, minor bigint, currency text, images text[], at timestamptz)`,
      [JSON.stringify(rows)],
    );
    await client.query(
      `insert into products (id, sku, name, description, brand, category_id, category_names, price_minor, currency, image_urls, active, created_at, updated_at)
       select uuidv7(), p.sku || '-' || n, p.name, p.description, p.brand, p.category_id, p.category_names,
         greatest(100, p.price_minor + hashtext(p.sku || n) % 50000), p.currency, p.image_urls, n % 50 <> 7, now(), now()
       from products p cross join generate_series(1, $1::integer) n order by hashtext(n || p.sku)`,
      [Math.floor(count / products.length) - 1],
    );
    await client.query(
      'insert into stock (product_id, on_hand) select id, case when hashtext(id::text) % 25 = 0 then 0 else 1000000 end from products',
    );
    for (const { indexdef } of index.rows) await client.query(indexdef);
    await client.query('vacuum analyze');
    const some = await client.query<{ id: string }>(
      'select p.id::text from products p join stock s on s.product_id = p.id where p.active and s.on_hand > 0 order by hashtext(p.id::text) limit $1',
      [SOME],
    );
    return { productIds: some.rows.map(({ id }) => id), categories: new Map(categories.map(({ slug, id }) => [slug, id])) };
  } finally {
    await client.end();
  }
}
