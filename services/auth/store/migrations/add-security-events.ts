import { Migration } from '@mikro-orm/migrations';

/**
 * Where sessions are used from, and the audit trail.
 *
 * - `sessions_open`: an account's sessions that were not ended, newest first: the list its user sees, and what is ended together.
 * - `security_events`: append-only. The trigger refuses every change, and every deletion but that of a transaction which says that it does retention
 *   (`set local shopverse.retention = 'on'`): a slip or an injected statement does not rewrite history. There is no foreign key, as the trail outlives accounts.
 * - Each index serves one filter of the admins' list, newest first; `id` (UUIDv7, by the event's time) is the order.
 */
export class AddSecurityEvents extends Migration {
  override up(): void {
    this.addSql("alter table sessions add column client_address text not null default ''");
    this.addSql('create index sessions_open on sessions (user_id, id desc) where revoked_at is null');
    this.addSql(`
      create table security_events (
        id uuid primary key,
        type text not null,
        user_id uuid,
        actor_id uuid,
        detail text not null,
        client_address text not null,
        user_agent text not null,
        request_id text not null,
        occurred_at timestamptz not null
      )`);
    this.addSql('create index security_events_user_id on security_events (user_id, id desc)');
    this.addSql('create index security_events_type on security_events (type, id desc)');
    this.addSql('create index security_events_occurred_at on security_events (occurred_at)');
    this.addSql(`
      create function refuse_security_event_change() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' and current_setting('shopverse.retention', true) = 'on' then return old; end if;
        raise exception 'security_events is append-only' using errcode = 'insufficient_privilege';
      end $$`);
    this.addSql(`
      create trigger security_events_append_only before update or delete on security_events
      for each row execute function refuse_security_event_change()`);
    this.addSql(`
      create trigger security_events_no_truncate before truncate on security_events
      for each statement execute function refuse_security_event_change()`);
  }
}
