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

/** Forgets notices that came in before `before`. Served by `provider_notices_received_at`. */
export async function forgetNotices(database: PaymentDatabase, before: Date): Promise<void> {
  await database.sql.deleteFrom('provider_notices').where('received_at', '<', before).execute();
}
