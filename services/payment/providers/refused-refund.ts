import type { ProviderRefund, RefundRequest } from '../domain/provider.ts';
import { isPassingTrouble } from './trouble.ts';

/**
 * What a refusal of a refund means. A provider may refuse a key that it has carried out ("already fully refunded", once the answer was lost and its memory of keys is
 * over), so before a refusal counts the refund is looked for.
 *
 * @throws Failure PROVIDER_UNAVAILABLE when it can't be looked for now
 */
export async function refusedRefund(
  { key, providerPaymentId, amount }: RefundRequest,
  reason: string,
  refundsOf: (providerPaymentId: string) => Promise<readonly ProviderRefund[]>,
): Promise<ProviderRefund> {
  const earlier = await refundsOf(providerPaymentId).catch((trouble: unknown) => {
    if (isPassingTrouble(trouble)) throw trouble;
    return []; // There is no such payment, say.
  });
  const refused = { word: 'failed' as const, key, providerRefundId: undefined, providerPaymentId, amount, reason };
  return earlier.find((known) => known.key === key) ?? refused;
}
