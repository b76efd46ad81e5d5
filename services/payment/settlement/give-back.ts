import type { Refund } from '../domain/refund.ts';
import { leftOf } from '../domain/refundable.ts';
import { changePayment, type PaymentTransaction } from '../store/payment-repository.ts';
import { addRefund, findRefund } from '../store/refund-repository.ts';
import { wholeRefundId } from './refund-ids.ts';

/** What came of giving all of a payment back. */
export type GivenBack = { readonly refund: Refund } | 'no such payment' | 'begun before' | 'nothing left';

/**
 * Gives back all that is left of a payment, once: the refund's id is the payment's own, so that whoever wants it again, for whichever reason, finds it begun. A
 * refund that the provider refused is a person's business and is not begun anew.
 */
export async function giveAllBack(tx: PaymentTransaction, paymentId: string, reason: string, at: Date): Promise<GivenBack> {
  const id = wholeRefundId(paymentId);
  const changed = await changePayment(tx, { id: paymentId }, async (payment): Promise<GivenBack> => {
    if ((await findRefund(tx.em, id)) !== undefined) return 'begun before';
    if (leftOf(payment.snapshot) === 0n) return 'nothing left';
    const refund = payment.refund({ id, reason, requestedBy: undefined }, at);
    await addRefund(tx, refund, payment.snapshot.provider);
    return { refund };
  });
  return changed?.result ?? 'no such payment';
}
