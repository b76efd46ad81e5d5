import { Migration } from '@mikro-orm/migrations';

/** Every service asks every few seconds which sessions were ended lately. */
export class IndexRevokedSessions extends Migration {
  override up(): void {
    this.addSql('create index sessions_revoked_at on sessions (revoked_at) where revoked_at is not null');
  }
}
