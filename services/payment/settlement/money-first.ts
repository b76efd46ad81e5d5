import { Failure } from '@shopverse/mesh/failure';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import type { PaymentProvider, ProviderVerdict } from '../domain/provider.ts';

/**
 * What is to be taken in when a notice tells how a try to pay ended, in this order.
 *
 * A failed try ends an open payment, and the order with it. But customers try again, notices come in any order, and another try may have the money already: so the provider is
 * asked, and what it has captured counts before the failure. When it can't be asked the failure counts alone, as if it had come last; money that turns up after it goes
 * back by itself.
 */
export async function moneyFirst(
  provider: Pick<PaymentProvider, 'name' | 'verdictsOf'>,
  said: ProviderVerdict,
  log: Logger,
): Promise<readonly ProviderVerdict[]> {
  if (said.verdict === 'captured') return [said];
  try {
    const all = await provider.verdictsOf(said.providerOrderId);
    return [...all.filter(({ verdict }) => verdict === 'captured'), said];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { providerOrderId } = said;
    log.info({ provider: provider.name, provider_order_id: providerOrderId, reason: error.reason }, 'failed try counts unasked');
    return [said];
  }
}
