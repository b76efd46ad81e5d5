import { Migration } from '@mikro-orm/migrations';

/**
 * What is sold.
 *
 * - `categories`: a tree by `parent_id` (see docs/decisions/category-tree.md).
 * - `products`: what is deleted keeps its row and frees its SKU. `category_names` holds the names of the category and of all above it, so that the
 *   search column can be generated from the row alone.
 *
 * Lists are ordered by id, newest first: ids are UUIDv7. Each of `products_newest`, `products_by_category`, `products_by_brand` and
 * `products_by_category_and_brand` serves one combination of filters in just that order, read backwards.
 */
export class CreateCatalogue extends Migration {
  override up(): void {
    this.addSql(`
      create table categories (
        id uuid primary key,
        name text not null check (name <> ''),
        slug text not null check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
        parent_id uuid references categories (id),
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        deleted_at timestamptz,
        check (parent_id <> id)
      )`);
    this.addSql('create unique index categories_slug on categories (slug) where deleted_at is null');
    this.addSql('create index categories_by_parent on categories (parent_id) where deleted_at is null');
    this.addSql(`
      create table products (
        id uuid primary key,
        sku text not null check (sku ~ '^[A-Z0-9][A-Z0-9-]{2,39}$'),
        name text not null check (name <> ''),
        description text not null,
        brand text not null,
        category_id uuid not null references categories (id),
        category_names text not null,
        price_minor bigint not null check (price_minor > 0),
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        image_urls text[] not null,
        active boolean not null default true,
        version integer not null default 1,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        deleted_at timestamptz,
        search_vector tsvector not null generated always as (
          setweight(to_tsvector('english'::regconfig, name), 'A') || setweight(to_tsvector('english'::regconfig, brand), 'B') ||
          setweight(to_tsvector('english'::regconfig, category_names), 'C') || setweight(to_tsvector('english'::regconfig, description), 'D')
        ) stored
      )`);
    this.addSql('create unique index products_sku on products (sku) where deleted_at is null');
    const listed = 'where deleted_at is null and active';
    this.addSql(`create index products_newest on products (id) ${listed}`);
    this.addSql(`create index products_by_category on products (category_id, id) ${listed}`);
    this.addSql(`create index products_by_brand on products (lower(brand), id) ${listed}`);
    this.addSql(`create index products_by_category_and_brand on products (category_id, lower(brand), id) ${listed}`);
    // Of an expression the planner takes one row in two hundred unless it is told; the statistics of a partial index do not tell it.
    this.addSql('create statistics products_folded_brand on lower(brand), category_id from products');
    this.addSql(`create index products_search_vector on products using gin (search_vector) with (fastupdate = off) ${listed}`);
  }
}
