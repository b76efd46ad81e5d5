import type { Money } from '@shopverse/mesh/money';
import { sql } from 'kysely';
import type { DiscrepancyKind } from '../domain/payment.ts';
import type { PaymentDatabase, PaymentTransaction } from './payment-repository.ts';

/** What names a discrepancy. */
export interface DiscrepancyKey {
  readonly paymentId: string;
  readonly providerPaymentId: string;
  readonly kind: DiscrepancyKind;
}

/** A discrepancy as it is kept. */
export interface KeptDiscrepancy extends DiscrepancyKey {
  readonly orderId: string;
  readonly amount: Money;
  readonly foundAt: Date;
  readonly settledAt: Date | undefined;
  /** Undefined when it came right by itself. */
  readonly settledBy: string | undefined;
  readonly note: string;
}

/** Where the page before ended. */
export interface DiscrepancyPosition extends DiscrepancyKey {
  readonly foundAt: Date;
}

interface Row {
  readonly payment_id: string;
  readonly provider_payment_id: string;
  readonly kind: DiscrepancyKind;
  readonly order_id: string;
  readonly currency: string;
  readonly amount_minor: string;
  readonly found_at: string;
  readonly settled_at: string | null;
  readonly settled_by: string | null;
  readonly note: string;
}

/** What of a provider's word is kept for a person. */
export interface Disagreement {
  /** The provider's id of the try to pay, or of the refund. */
  readonly providerPaymentId: string;
  readonly amount: Money;
}

/** Writes down what did not fit, once, for a person to look at. Answers whether it is news. */
export async function keepDiscrepancy(
  tx: PaymentTransaction,
  paymentId: string,
  { providerPaymentId, amount }: Disagreement,
  kind: DiscrepancyKind,
): Promise<boolean> {
  const kept = await tx.sql
    .insertInto('discrepancies')
    .values({ payment_id: paymentId, provider_payment_id: providerPaymentId, kind, currency: amount.currency, amount_minor: amount.minor })
    .onConflict((conflict) => conflict.doNothing())
    .returning('payment_id')
    .executeTakeFirst();
  return kept !== undefined;
}

/** Money that was captured a second time, or in another amount, has gone back: nobody needs to look at it. */
export async function settleDiscrepancy(tx: PaymentTransaction, paymentId: string, providerPaymentId: string, at: Date): Promise<void> {
  await tx.sql
    .updateTable('discrepancies')
    .set({ settled_at: at })
    .where('settled_at', 'is', null)
    .where('payment_id', '=', paymentId)
    .where('provider_payment_id', '=', providerPaymentId)
    .where('kind', 'in', ['CAPTURED_TWICE', 'AMOUNT_DIFFERS'])
    .execute();
}

/** Newest first, at most `limit`. Those that are open are served by `discrepancies_open`; there are few of any kind. */
export async function listDiscrepancies(
  database: PaymentDatabase,
  { settled, after, limit }: { readonly settled: boolean; readonly after: DiscrepancyPosition | undefined; readonly limit: number },
): Promise<KeptDiscrepancy[]> {
  const open = settled ? sql`true` : sql`d.settled_at is null`;
  const behind =
    after === undefined
      ? sql`true`
      : sql`(d.found_at, d.payment_id, d.provider_payment_id, d.kind) < (${after.foundAt}, ${after.paymentId}::uuid, ${after.providerPaymentId}, ${after.kind})`;
  const { rows } = await sql<Row>`
    select d.*, p.order_id from discrepancies d join payments p on p.id = d.payment_id where ${open} and ${behind}
    order by d.found_at desc, d.payment_id desc, d.provider_payment_id desc, d.kind desc limit ${limit}`.execute(database.sql);
  return rows.map(kept);
}

/** Puts on record who settled it, unless it is settled, and answers what is on record; undefined when there is no such thing. */
export async function settleByHand(
  database: PaymentDatabase,
  { paymentId, providerPaymentId, kind }: DiscrepancyKey,
  { by, note, at }: { readonly by: string; readonly note: string; readonly at: Date },
): Promise<KeptDiscrepancy | undefined> {
  // Both columns that follow the first are decided by it: whoever settled it stays.
  const { rows } = await sql<Row>`
    update discrepancies d set settled_at = coalesce(d.settled_at, ${at}),
      settled_by = case when d.settled_at is null then ${by}::uuid else d.settled_by end,
      note = case when d.settled_at is null then ${note} else d.note end
    from payments p
    where p.id = d.payment_id and d.payment_id = ${paymentId}::uuid and d.provider_payment_id = ${providerPaymentId} and d.kind = ${kind}
    returning d.*, p.order_id`.execute(database.sql);
  return rows.map(kept)[0];
}

const kept = (row: Row): KeptDiscrepancy => ({
  paymentId: row.payment_id,
  providerPaymentId: row.provider_payment_id,
  kind: row.kind,
  orderId: row.order_id,
  amount: { currency: row.currency, minor: BigInt(row.amount_minor) },
  foundAt: new Date(row.found_at),
  settledAt: row.settled_at === null ? undefined : new Date(row.settled_at),
  settledBy: row.settled_by ?? undefined,
  note: row.note,
});
