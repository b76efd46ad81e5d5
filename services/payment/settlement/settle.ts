import type { Logger } from '@shopverse/mesh/telemetry/logger';
import type { PaymentSnapshot, VerdictOutcome } from '../domain/payment.ts';
import type { ProviderVerdict } from '../domain/provider.ts';
import { changePayment, type PaymentTransaction } from '../store/payment-repository.ts';
import { keepDiscrepancy } from '../store/provider-notices.ts';

/** What settling works with. */
export interface SettleDeps {
  readonly log: Logger;
  readonly clock: () => Date;
}

/**
 * Takes a provider's verdict in, whether a webhook brought it or the reconciler asked for it: the payment's state, its events and whatever does not fit, all
 * in `tx`. Answers undefined when the shop has no payment for the provider's order.
 */
export async function settle(
  { log, clock }: SettleDeps,
  tx: PaymentTransaction,
  provider: string,
  said: ProviderVerdict,
): Promise<{ readonly payment: PaymentSnapshot; readonly result: VerdictOutcome } | undefined> {
  const { providerOrderId, providerPaymentId } = said;
  const settled = await changePayment(tx, { provider, providerOrderId }, (payment) => payment.judge(said, clock()));
  if (settled?.result.kind !== 'discrepancy') return settled;
  const { discrepancy } = settled.result;
  if (await keepDiscrepancy(tx, settled.payment, said, discrepancy)) {
    const { id, orderId } = settled.payment;
    log.error({ payment_id: id, order_id: orderId, provider, provider_payment_id: providerPaymentId, discrepancy }, 'provider disagrees');
  }
  return settled;
}
