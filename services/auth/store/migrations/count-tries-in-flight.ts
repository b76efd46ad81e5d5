import { Migration } from '@mikro-orm/migrations';

/** Tries that are not decided yet, and failures that time forgives by fractions. */
export class CountTriesInFlight extends Migration {
  override up(): void {
    this.addSql('alter table login_failures alter column failures type double precision');
    this.addSql('alter table login_failures add column in_flight integer not null default 0 check (in_flight >= 0)');
  }
}
