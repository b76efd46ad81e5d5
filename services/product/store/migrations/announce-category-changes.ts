import { Migration } from '@mikro-orm/migrations';

/** Says on the channel `category_tree` that the tree has changed, whoever changed it, when that is committed. The tree changes so seldom that nobody queues for it. */
export class AnnounceCategoryChanges extends Migration {
  override up(): void {
    this.addSql(`
      create function announce_category_changes() returns trigger language plpgsql as $$
      begin
        perform pg_notify('category_tree', '');
        return null;
      end $$`);
    this.addSql(`
      create trigger announce_category_changes after insert or update or delete or truncate on categories
      for each statement execute function announce_category_changes()`);
  }
}
