import { Migration } from '@mikro-orm/migrations';

/** `levenshtein`: two letters that changed places leave few trigrams of a word as they were, but are only two edits. */
export class CreateEditDistance extends Migration {
  override up(): void {
    // A trusted extension: the owner of the database may create it.
    this.addSql('create extension if not exists fuzzystrmatch');
  }
}
