import { Migration } from '@mikro-orm/migrations';

/** The words of `changed`, in an order, so that two writers of the same new words do not wait for each other in a circle. */
const ADD_WORDS = `
  insert into search_words (word)
  select distinct lexeme from changed, unnest(to_tsvector('simple'::regconfig, name || ' ' || brand || ' ' || category_names))
  where lexeme ~ '^[[:alnum:]]{3,40}$' and lexeme ~ '[^0-9]'
  order by lexeme
  on conflict do nothing`;

/**
 * `search_words`: the vocabulary of names, brands and categories, by trigrams. A word with a typo is looked up here, among some thousand words, and not in the
 * texts of all products. Words stay when the last product that used them goes: they then lead to nothing.
 */
export class CreateSearchWords extends Migration {
  override up(): void {
    // A trusted extension: the owner of the database may create it.
    this.addSql('create extension if not exists pg_trgm');
    this.addSql('create table search_words (word text primary key)');
    this.addSql('create index search_words_trigrams on search_words using gin (word gin_trgm_ops) with (fastupdate = off)');
    this.addSql(`create function add_search_words() returns trigger language plpgsql as $$ begin ${ADD_WORDS}; return null; end $$`);
    for (const event of ['insert', 'update']) {
      this.addSql(`
        create trigger add_search_words_on_${event} after ${event} on products
        referencing new table as changed for each statement execute function add_search_words()`);
    }
    this.addSql(ADD_WORDS.replace('from changed', 'from products'));
  }
}
