import { Migration } from '@mikro-orm/migrations';

/**
 * Password resets. `token_hash` is the SHA-256 of a token that is made when its mail leaves; null until then. Each index serves one query: a reset by its
 * token, the resets of an account, and the sweep.
 */
export class AddPasswordResets extends Migration {
  override up(): void {
    this.addSql(`
      create table password_resets (
        id uuid primary key,
        user_id uuid not null references accounts (id) on delete cascade,
        token_hash text constraint password_resets_token_hash_key unique,
        requested_at timestamptz not null,
        expires_at timestamptz not null,
        ended_at timestamptz
      )`);
    this.addSql('create index password_resets_user_id on password_resets (user_id, requested_at desc)');
    this.addSql('create index password_resets_expires_at on password_resets (expires_at)');
  }
}
