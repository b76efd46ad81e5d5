import { Migration } from '@mikro-orm/migrations';

/**
 * Files of products, and what became of them.
 *
 * - `product_imports`: one row an import. `claim` counts who worked on it: only the latest may write, until `lease_until` nobody else takes over. `read_bytes` and `last_row` are where
 *   the next batch begins; they change with its effects, in one transaction.
 * - `import_content`: the file, in the parts in which it came, until the import has ended.
 * - `import_skus`: the row in which each SKU of a file stands first, until the import has ended. No reference: checking it for each row costs more than the row.
 * - `import_errors`: what was wrong with rows.
 */
export class CreateImports extends Migration {
  override up(): void {
    this.addSql(`
      create table product_imports (
        id uuid primary key,
        format text not null check (format in ('CSV', 'JSON_LINES')),
        file_name text not null,
        state text not null check (state in ('UPLOADING', 'QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
        received_bytes bigint not null default 0,
        read_bytes bigint not null default 0,
        last_row bigint not null default 0,
        created bigint not null default 0,
        updated bigint not null default 0,
        unchanged bigint not null default 0,
        refused bigint not null default 0,
        errors_kept integer not null default 0,
        worked_ms bigint not null default 0,
        failure text not null default '',
        claim bigint not null default 0,
        tries integer not null default 0,
        lease_until timestamptz not null default '-infinity',
        tidy boolean not null default false,
        created_by uuid not null,
        created_at timestamptz not null default now(),
        touched_at timestamptz not null default now(),
        queued_at timestamptz,
        started_at timestamptz,
        ended_at timestamptz,
        check (read_bytes <= received_bytes),
        check ((state in ('SUCCEEDED', 'FAILED', 'CANCELLED')) = (ended_at is not null))
      ) with (fillfactor = 70)`);
    this.addSql(`create index product_imports_waiting on product_imports (queued_at) where state in ('QUEUED', 'RUNNING')`);
    this.addSql(`create index product_imports_unfinished on product_imports (touched_at) where ended_at is null`);
    this.addSql(`create index product_imports_untidy on product_imports (ended_at) where ended_at is not null and not tidy`);
    this.addSql(`create index product_imports_ended on product_imports (ended_at) where ended_at is not null`);
    this.addSql(`
      create table import_content (
        import_id uuid not null references product_imports (id) on delete cascade,
        first_byte bigint not null,
        content bytea not null,
        primary key (import_id, first_byte)
      )`);
    // Read once or twice and then deleted: compressing it costs more than it saves.
    this.addSql('alter table import_content alter column content set storage external');
    this.addSql(`
      create table import_skus (
        import_id uuid not null,
        sku text not null,
        row_number bigint not null,
        primary key (import_id, sku)
      )`);
    this.addSql(`
      create table import_errors (
        import_id uuid not null references product_imports (id) on delete cascade,
        place integer not null,
        row_number bigint not null,
        field text not null,
        message text not null,
        primary key (import_id, place)
      )`);
  }
}
