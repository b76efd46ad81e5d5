import type { Outcome, Payment } from '../domain/payment.ts';
import type { ProviderRefund } from '../domain/provider.ts';
import { readRefundKey, refundKey, type Refund } from '../domain/refund.ts';
import { changePayment, type PaymentTransaction } from '../store/payment-repository.ts';
import { keepDiscrepancy, settleDiscrepancy } from '../store/discrepancies.ts';
import { findRefund, saveRefund } from '../store/refund-repository.ts';
import type { SettleDeps } from './settle.ts';

/** How long a refund that the provider has taken on waits for its notice before the provider is asked, in milliseconds. */
export const ASK_AFTER_MS = 60_000;

/**
 * Takes in what a provider says of a refund, whether a webhook brought it, or the answer to the request, or the reconciler asked for it: the refund, the payment, their
 * events and bookings, all in `tx`. Answers undefined when the shop knows no such refund: somebody gave money back behind its back.
 */
export async function settleRefund(
  deps: SettleDeps,
  tx: PaymentTransaction,
  provider: string,
  said: ProviderRefund,
): Promise<Outcome | undefined> {
  const id = said.key === undefined ? undefined : readRefundKey(said.key)?.id;
  const known = id === undefined ? undefined : await findRefund(tx.em, id);
  if (known === undefined) {
    const { providerRefundId, providerPaymentId } = said;
    deps.log.error({ provider, provider_refund_id: providerRefundId, provider_payment_id: providerPaymentId, alarm: 'refund_unknown' }, 'refund that the shop did not ask for'); // prettier-ignore
    return undefined;
  }
  const settled = await changePayment(tx, { id: known.paymentId }, async (payment) => {
    // What was read before the payment was locked may be out of date.
    const refund = await findRefund(tx.em, known.id);
    return take(deps, tx, payment, refund ?? known, said);
  });
  return settled?.result;
}

async function take(deps: SettleDeps, tx: PaymentTransaction, payment: Payment, before: Refund, said: ProviderRefund): Promise<Outcome> {
  const { log, clock } = deps;
  const at = clock();
  const { refund, outcome } = payment.judgeRefund(before, said, at);
  const about = { payment_id: refund.paymentId, refund_id: refund.id, provider: payment.snapshot.provider };
  if (outcome.kind === 'discrepancy') {
    const news = await keepDiscrepancy(
      tx,
      refund.paymentId,
      { ...said, providerPaymentId: said.providerRefundId ?? refundKey(refund) },
      outcome.discrepancy,
    );
    if (news)
      log.error({ ...about, said: said.word, state: refund.state, alarm: 'provider_disagrees' }, 'provider disagrees about a refund');
  }
  if (outcome.kind !== 'moved') return outcome;
  await saveRefund(tx, refund, new Date(at.getTime() + ASK_AFTER_MS));
  if (refund.state === 'FAILED') log.error({ ...about, reason: refund.failureReason, alarm: 'refund_failed' }, 'refund failed');
  if (refund.state === 'PROCESSED' && refund.surplus) await settleDiscrepancy(tx, refund.paymentId, refund.providerPaymentId, at);
  return outcome;
}
