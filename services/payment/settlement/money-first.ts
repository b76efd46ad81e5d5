import { Failure } from '@shopverse/mesh/failure';
import { withinMs } from '@shopverse/mesh/rpc/call';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import type { PaymentProvider, ProviderVerdict } from '../domain/provider.ts';

/** Longest time for the question, in milliseconds: providers wait some five seconds for the answer to a notice, and send it again otherwise. */
const ASK_MS = 2_000;

/**
 * What is to be taken in when a notice tells how a try to pay ended, in this order.
 *
 * A failed try ends an open payment, and the order with it. But customers try again, notices come in any order, and another try may have the money already: so the provider is
 * asked, and what it has captured counts before the failure. When it can't be asked, or takes long, the failure counts alone, as if it had come last; money that turns up after it goes
 * back by itself.
 *
 * @param askMs longest time for the question, in milliseconds @default 2000
 */
export async function moneyFirst(
  provider: Pick<PaymentProvider, 'name' | 'verdictsOf'>,
  said: ProviderVerdict,
  log: Logger,
  askMs = ASK_MS,
): Promise<readonly ProviderVerdict[]> {
  if (said.verdict === 'captured') return [said];
  try {
    const all = await withinMs(askMs, () => provider.verdictsOf(said.providerOrderId));
    return [...all.filter(({ verdict }) => verdict === 'captured'), said];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { providerOrderId } = said;
    log.info({ provider: provider.name, provider_order_id: providerOrderId, reason: error.reason }, 'failed try counts unasked');
    return [said];
  }
}
