import type { Money } from '@shopverse/mesh/money';
import type { DiscrepancyKind } from '../domain/payment.ts';
import type { ProviderNotice } from '../domain/provider.ts';
import type { PaymentDatabase, PaymentTransaction } from './payment-repository.ts';

/**
 * Writes down that a notice came in. Answers false when it had come before: whoever took it then has done what there was to do. Two at once wait for each other.
 */
export async function takeNotice(tx: PaymentTransaction, provider: string, { eventId, kind }: ProviderNotice): Promise<boolean> {
  const taken = await tx.sql
    .insertInto('provider_notices')
    .values({ provider, event_id: eventId, kind })
    .onConflict((conflict) => conflict.doNothing())
    .returning('event_id')
    .executeTakeFirst();
  return taken !== undefined;
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

/** Forgets notices that came in before `before`. Served by `provider_notices_received_at`. */
export async function forgetNotices(database: PaymentDatabase, before: Date): Promise<void> {
  await database.sql.deleteFrom('provider_notices').where('received_at', '<', before).execute();
}
