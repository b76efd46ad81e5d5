import { Migration } from '@mikro-orm/migrations';

/**
 * The audit trail is listed by the time of its events, newest first, whatever it is filtered by. `accounts_admins`: how many admins there are is asked before one is no
 * longer one.
 */
export class IndexSecurityEvents extends Migration {
  override up(): void {
    for (const [column, order] of [
      ['user_id', 'user_id, occurred_at desc, id desc'],
      ['type', 'type, occurred_at desc, id desc'],
      ['occurred_at', 'occurred_at desc, id desc'],
    ]) {
      this.addSql(`drop index security_events_${column}`);
      this.addSql(`create index security_events_${column} on security_events (${order})`);
    }
    this.addSql("create index accounts_admins on accounts (id) where role = 'ADMIN'");
  }
}
