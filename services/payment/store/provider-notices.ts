import type { PaymentSnapshot, DiscrepancyKind } from '../domain/payment.ts';
import type { ProviderNotice, ProviderVerdict } from '../domain/provider.ts';
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

/** Writes down what did not fit, once, for a person to look at. Answers whether it is news. */
export async function keepDiscrepancy(
  tx: PaymentTransaction,
  payment: PaymentSnapshot,
  said: ProviderVerdict,
  kind: DiscrepancyKind,
): Promise<boolean> {
  const kept = await tx.sql
    .insertInto('discrepancies')
    .values({
      payment_id: payment.id,
      provider_payment_id: said.providerPaymentId,
      kind,
      currency: said.amount.currency,
      amount_minor: said.amount.minor,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('payment_id')
    .executeTakeFirst();
  return kept !== undefined;
}

/** Forgets notices that came in before `before`. Served by `provider_notices_received_at`. */
export async function forgetNotices(database: PaymentDatabase, before: Date): Promise<void> {
  await database.sql.deleteFrom('provider_notices').where('received_at', '<', before).execute();
}
