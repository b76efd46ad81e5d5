import { Migration } from '@mikro-orm/migrations';

/**
 * Lists by price and by name, as those by id have their indexes: each serves one combination of order and filter, read forwards or backwards. A brand within a category is
 * so little that it is sorted.
 *
 * `products_by_category_and_price` has all that facets count by, so that they are counted from it alone.
 */
export class CreateListIndexes extends Migration {
  override up(): void {
    const listed = 'where deleted_at is null and active';
    this.addSql(`create index products_by_price on products (price_minor, id) ${listed}`);
    this.addSql(
      `create index products_by_category_and_price on products (category_id, price_minor, id) include (brand, currency) ${listed}`,
    );
    this.addSql(`create index products_by_brand_and_price on products (lower(brand), price_minor, id) ${listed}`);
    this.addSql(`create index products_by_name on products (lower(name), id) ${listed}`);
    this.addSql(`create index products_by_category_and_name on products (category_id, lower(name), id) ${listed}`);
    this.addSql(`create index products_by_brand_and_name on products (lower(brand), lower(name), id) ${listed}`);
  }
}
