import { Migration } from '@mikro-orm/migrations';

/**
 * `product_prices`: every price that a product has had, and who set it (nobody for those of a seed, and for those from before this table). The newest one is
 * the product's. Kept for ever, as invoices are asked about for years.
 */
export class CreateProductPrices extends Migration {
  override up(): void {
    this.addSql(`
      create table product_prices (
        id bigint generated always as identity primary key,
        product_id uuid not null references products (id),
        price_minor bigint not null check (price_minor > 0),
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        since timestamptz not null,
        set_by uuid
      )`);
    this.addSql('create index product_prices_by_product on product_prices (product_id, id desc)');
    this.addSql(`
      insert into product_prices (product_id, price_minor, currency, since)
      select id, price_minor, currency, updated_at from products order by id`);
  }
}
