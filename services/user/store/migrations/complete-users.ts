import { Migration } from '@mikro-orm/migrations';

/**
 * Addresses, the deletion of users, and the search for them.
 *
 * - `addresses_default`: of one's addresses one is the default.
 * - `profiles_by_name`, `profiles_by_email`: the search by first letters, in the order of the alphabet (of bytes: "C"), without those who are gone.
 * - `profiles.deleted_at`: from then on name, e-mail address and phone are empty; the id stays, as others refer to it.
 * - `erasures`: a row for each service that holds personal data of a deleted user; `erased_at` when it has said that it holds them no longer.
 */
export class CompleteUsers extends Migration {
  override up(): void {
    this.addSql('alter table profiles add column deleted_at timestamptz');
    this.addSql('alter table profiles drop constraint profiles_full_name_check, drop constraint profiles_email_check');
    this.addSql(
      "alter table profiles add check ((deleted_at is not null) = (full_name = '')), add check ((deleted_at is not null) = (email = ''))",
    );
    this.addSql('create index profiles_by_name on profiles (lower(full_name) collate "C", id) where deleted_at is null');
    this.addSql('create index profiles_by_email on profiles (lower(email) collate "C", id) where deleted_at is null');
    this.addSql(`
      create table addresses (
        id uuid primary key,
        user_id uuid not null references profiles,
        label text not null,
        recipient text not null,
        street text not null,
        city text not null,
        state text not null,
        postal_code text not null,
        country_code text not null check (country_code ~ '^[A-Z]{2}$'),
        phone text not null,
        is_default boolean not null,
        version integer not null default 1,
        created_at timestamptz not null,
        updated_at timestamptz not null
      )`);
    this.addSql('create index addresses_by_user on addresses (user_id, id)');
    this.addSql('create unique index addresses_default on addresses (user_id) where is_default');
    this.addSql(`
      create table erasures (
        user_id uuid not null references profiles,
        service text not null,
        requested_at timestamptz not null,
        erased_at timestamptz,
        primary key (user_id, service)
      )`);
    this.addSql('create index erasures_open on erasures (requested_at) where erased_at is null');
  }
}
