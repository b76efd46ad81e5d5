import { Migration } from '@mikro-orm/migrations';

/**
 * Accounts and what they sign in with.
 *
 * - `profile_handovers`: accounts whose profile the user service has not confirmed yet; a row lives for milliseconds as a rule.
 * - `refresh_tokens.hash`: SHA-256 in hexadecimal. Used tokens stay as long as their session, so that a second use is noticed.
 * - `login_failures.address`: a pseudonym, as most of what is tried here is nobody's address.
 * - `signing_keys.sealed_private_key`: PKCS #8 under AES-256-GCM, bound to the key's id.
 *
 * Each index serves one query: an account by address, sessions of an account, tokens of a session (when it is deleted), handovers that are due, and the
 * sweep of what has ended.
 */
export class CreateAccounts extends Migration {
  override up(): void {
    this.addSql(`
      create table accounts (
        id uuid primary key,
        email text not null constraint accounts_email_key unique,
        full_name text not null,
        role text not null check (role in ('CUSTOMER', 'ADMIN')),
        password_hash text not null,
        version integer not null default 1,
        created_at timestamptz not null,
        updated_at timestamptz not null
      )`);
    this.addSql(`
      create table profile_handovers (
        user_id uuid primary key references accounts (id) on delete cascade,
        phone text not null,
        tries integer not null default 0,
        next_try_at timestamptz not null
      )`);
    this.addSql('create index profile_handovers_next_try_at on profile_handovers (next_try_at)');
    this.addSql(`
      create table sessions (
        id uuid primary key,
        user_id uuid not null references accounts (id) on delete cascade,
        user_agent text not null,
        created_at timestamptz not null,
        last_used_at timestamptz not null,
        expires_at timestamptz not null,
        revoked_at timestamptz
      )`);
    this.addSql('create index sessions_user_id on sessions (user_id, created_at desc)');
    this.addSql('create index sessions_expires_at on sessions (expires_at)');
    this.addSql(`
      create table refresh_tokens (
        hash text primary key,
        session_id uuid not null references sessions (id) on delete cascade,
        issued_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz
      )`);
    this.addSql('create index refresh_tokens_session_id on refresh_tokens (session_id)');
    this.addSql(`
      create table login_failures (
        address text primary key,
        failures integer not null check (failures >= 0),
        last_tried_at timestamptz not null,
        locked_until timestamptz not null
      )`);
    this.addSql('create index login_failures_last_tried_at on login_failures (last_tried_at)');
    this.addSql(`
      create table signing_keys (
        kid text primary key,
        x text not null,
        y text not null,
        sealed_private_key bytea not null,
        created_at timestamptz not null,
        signs_from timestamptz not null
      )`);
  }
}
