import { Migration } from '@mikro-orm/migrations';

/** `products.attributes`: facts about a product beyond its columns, `{"material": "steel"}`. */
export class AddProductAttributes extends Migration {
  override up(): void {
    this.addSql(`alter table products add column attributes jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object')`);
  }
}
