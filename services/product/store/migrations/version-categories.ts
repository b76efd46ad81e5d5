import { Migration } from '@mikro-orm/migrations';

/** Etags of categories, and whether one is in use. */
export class VersionCategories extends Migration {
  override up(): void {
    this.addSql('alter table categories add column version integer not null default 1');
    // Inactive products, too, keep a category from being deleted.
    this.addSql('create index products_live_in on products (category_id) where deleted_at is null');
  }
}
