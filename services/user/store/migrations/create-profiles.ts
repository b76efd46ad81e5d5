import { Migration } from '@mikro-orm/migrations';

/** Profiles, read by id only. That no two have one e-mail address is the auth service's business, which opens the accounts. */
export class CreateProfiles extends Migration {
  override up(): void {
    this.addSql(`
      create table profiles (
        id uuid primary key,
        full_name text not null,
        email text not null,
        phone text not null,
        version integer not null default 1,
        created_at timestamptz not null,
        updated_at timestamptz not null
      )`);
  }
}
