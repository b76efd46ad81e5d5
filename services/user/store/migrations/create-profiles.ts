import { Migration } from '@mikro-orm/migrations';

/** Profiles. The address belongs to the account, whose service keeps it unique; here it may only not be empty. */
export class CreateProfiles extends Migration {
  override up(): void {
    this.addSql(`
      create table profiles (
        id uuid primary key,
        full_name text not null check (full_name <> ''),
        email text not null check (email <> ''),
        phone text not null default '',
        version integer not null default 1,
        created_at timestamptz not null,
        updated_at timestamptz not null
      )`);
  }
}
