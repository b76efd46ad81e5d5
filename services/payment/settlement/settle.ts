import type { Logger } from '@shopverse/mesh/telemetry/logger';
import type { DiscrepancyKind, Outcome, Payment, PaymentSnapshot } from '../domain/payment.ts';
import type { ProviderVerdict } from '../domain/provider.ts';
import { changePayment, type PaymentTransaction } from '../store/payment-repository.ts';
import { keepDiscrepancy } from '../store/discrepancies.ts';
import { addRefund } from '../store/refund-repository.ts';
import { surplusRefundId } from './refund-ids.ts';

/** What settling works with. */
export interface SettleDeps {
  readonly log: Logger;
  readonly clock: () => Date;
}

/** What became of a provider's word about a payment of the shop. */
export interface Settled {
  readonly payment: PaymentSnapshot;
  readonly result: Outcome;
}

/**
 * Takes a provider's verdict in, whether a webhook brought it or the reconciler asked for it: the payment's state, its events, its bookings and whatever does not
 * fit, all in `tx`. Money that was captured a second time, or in another amount than the order's, is on its way back with it. Answers undefined when the shop has no payment for the provider's order.
 */
export async function settle(
  deps: SettleDeps,
  tx: PaymentTransaction,
  provider: string,
  said: ProviderVerdict,
): Promise<Settled | undefined> {
  const { providerOrderId } = said;
  return changePayment(tx, { provider, providerOrderId }, async (payment) => {
    const outcome = payment.judge(said, deps.clock());
    if (outcome.kind === 'discrepancy') await keep(deps, tx, payment, said, outcome.discrepancy);
    return outcome;
  });
}

/** What is captured and pays for nothing goes back; the customer reads why. */
const BACK: Partial<Record<DiscrepancyKind, string>> = {
  CAPTURED_TWICE: 'The order was paid twice.',
  AMOUNT_DIFFERS: 'It was not the amount of the order.',
};

async function keep(
  { log, clock }: SettleDeps,
  tx: PaymentTransaction,
  payment: Payment,
  said: ProviderVerdict,
  discrepancy: DiscrepancyKind,
): Promise<void> {
  const { id, orderId, provider } = payment.snapshot;
  if (!(await keepDiscrepancy(tx, id, said, discrepancy))) return;
  const about = { payment_id: id, order_id: orderId, provider, provider_payment_id: said.providerPaymentId, discrepancy };
  log.error({ ...about, alarm: 'provider_disagrees' }, 'provider disagrees');
  const reason = said.verdict === 'captured' ? BACK[discrepancy] : undefined;
  if (reason === undefined) return;
  const refundId = surplusRefundId(provider, said.providerPaymentId);
  const refund = payment.refundSurplus({ id: refundId, reason, requestedBy: undefined }, said, clock());
  await addRefund(tx, refund, provider);
}
