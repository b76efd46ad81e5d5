import { Migration } from '@mikro-orm/migrations';

/** Who settled a discrepancy and what they said. The index serves the list of those that are open, and the auditor. */
export class SettleDiscrepancies extends Migration {
  override up(): void {
    this.addSql("alter table discrepancies add column settled_by uuid, add column note text not null default ''");
    // As exact as page tokens, which begin behind one of them.
    this.addSql("update discrepancies set found_at = date_trunc('milliseconds', found_at)");
    this.addSql("alter table discrepancies alter column found_at set default date_trunc('milliseconds', now())");
    this.addSql(
      'create index discrepancies_open on discrepancies (found_at, payment_id, provider_payment_id, kind) where settled_at is null',
    );
  }
}
