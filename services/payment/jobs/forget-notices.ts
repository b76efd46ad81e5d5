import { forgetNotices } from '../store/provider-notices.ts';
import type { PaymentDatabase } from '../store/payment-repository.ts';

/** Providers send a notice again for a week at most; older ones need not be known, and the state table would make even their repetition harmless. */
const KEPT_MS = 30 * 24 * 3_600_000;

/** Forgets notices that can't come again. */
export function forgetOldNotices({
  database,
  clock,
}: {
  readonly database: PaymentDatabase;
  readonly clock: () => Date;
}): () => Promise<void> {
  return () => forgetNotices(database, new Date(clock().getTime() - KEPT_MS));
}
