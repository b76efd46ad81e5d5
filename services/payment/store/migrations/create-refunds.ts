import { Migration } from '@mikro-orm/migrations';

/**
 * Refunds, which are a queue as long as they have a next time, what of a payment has gone back, and the books.
 *
 * The database itself keeps the two promises that are about money: no payment gives back more than it has captured, whatever is under way, and every booking's
 * lines have the sum nothing. Payments that were captured before there were books are entered. A booking is written by one statement, so its trigger sees all of it; lines are never changed. The indexes on payments serve the
 * lists: one probe for each provider and state, and a customer's own.
 */
export class CreateRefunds extends Migration {
  override up(): void {
    this.addSql(`
      alter table payments
        add column checkout_url text not null default '',
        add column refunded_minor bigint not null default 0 check (refunded_minor >= 0),
        add column refunding_minor bigint not null default 0 check (refunding_minor >= 0),
        add constraint payments_no_more_back_than_captured check (refunded_minor + refunding_minor <= amount_minor),
        add constraint payments_state_of_refunds check (
          case state
            when 'REFUNDED' then refunded_minor = amount_minor
            when 'PARTIALLY_REFUNDED' then refunded_minor > 0 and refunded_minor < amount_minor
            else refunded_minor = 0
          end
        )`);
    this.addSql('create index payments_by_state on payments (provider, state, created_at desc, id desc)');
    this.addSql('create index payments_of_customer on payments (customer_id, created_at desc, id desc)');
    this.addSql('alter table discrepancies drop constraint discrepancies_kind_check');
    this.addSql(`
      alter table discrepancies add constraint discrepancies_kind_check
        check (kind in ('AMOUNT_DIFFERS', 'CAPTURED_TWICE', 'REFUND_DIFFERS'))`);
    this.addSql(`
      create table refunds (
        id uuid primary key,
        payment_id uuid not null references payments,
        provider text not null,
        provider_payment_id text not null,
        currency text not null,
        amount_minor bigint not null check (amount_minor > 0),
        reason text not null,
        surplus boolean not null,
        requested_by uuid,
        state text not null check (state in ('REQUESTED', 'PENDING', 'PROCESSED', 'FAILED')),
        attempt integer not null check (attempt between 1 and 999),
        provider_refund_id text,
        failure_reason text not null,
        next_try_at timestamptz,
        tries integer not null default 0,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        processed_at timestamptz,
        check ((state in ('REQUESTED', 'PENDING')) = (next_try_at is not null)),
        check ((state = 'PROCESSED') = (processed_at is not null))
      )`);
    this.addSql('create index refunds_by_payment on refunds (payment_id, created_at, id)');
    this.addSql('create index refunds_due on refunds (next_try_at) where next_try_at is not null');
    this.addSql(`
      create table ledger_entries (
        booking_id text not null,
        account text not null,
        payment_id uuid not null,
        currency text not null,
        amount_minor bigint not null check (amount_minor <> 0),
        booked_at timestamptz not null,
        primary key (booking_id, account)
      )`);
    this.addSql('create index ledger_entries_by_payment on ledger_entries (payment_id)');
    this.addSql(`
      create function ledger_must_balance() returns trigger language plpgsql as $$
      begin
        if exists (select from booked group by booking_id, currency having sum(amount_minor) <> 0) then
          raise exception 'a booking does not balance' using errcode = 'check_violation', constraint = 'ledger_must_balance';
        end if;
        return null;
      end $$`);
    this.addSql(`
      create trigger ledger_must_balance after insert on ledger_entries
        referencing new table as booked for each statement execute function ledger_must_balance()`);
    this.addSql(`
      create function ledger_is_for_good() returns trigger language plpgsql as $$
      begin
        raise exception 'the ledger is never changed: book the opposite' using errcode = 'check_violation', constraint = 'ledger_is_for_good';
      end $$`);
    this.addSql(`
      create trigger ledger_is_for_good before update or delete or truncate on ledger_entries
        for each statement execute function ledger_is_for_good()`);
    this.addSql(`
      insert into ledger_entries (booking_id, account, payment_id, currency, amount_minor, booked_at)
      select 'captured ' || id, line.account, id, currency, line.sign * amount_minor, updated_at
      from payments cross join lateral (values ('provider:' || provider, 1), ('orders', -1)) as line (account, sign)
      where provider_payment_id is not null and amount_minor <> 0`);
  }
}
