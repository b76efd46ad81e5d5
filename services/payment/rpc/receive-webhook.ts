import { metrics } from '@opentelemetry/api';
import type { Empty } from '@shopverse/contracts/google/protobuf/empty';
import type { ReceiveWebhookRequest } from '@shopverse/contracts/shopverse/payment/v1/payment_service';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { header } from '@shopverse/mesh/rpc/headers';
import type { Providers } from '../providers/registry.ts';
import { settle, type SettleDeps } from '../settlement/settle.ts';
import type { PaymentDatabase } from '../store/payment-repository.ts';
import { takeNotice } from '../store/provider-notices.ts';

/** What taking a notice in needs. */
export interface ReceiveWebhookDeps extends SettleDeps {
  readonly database: PaymentDatabase;
  readonly providers: Providers;
}

/**
 * Takes a provider's signed notice. The notice's id, the payment's state and the event are one transaction, so a notice counts once however often it comes; that one
 * comes late or out of order is the state table's business. Notices that mean nothing here are accepted, so that the provider does not send them for a day, and counted.
 * Errors: UNKNOWN_PROVIDER, INVALID_SIGNATURE, INVALID_WEBHOOK.
 */
export function receiveWebhook({ database, providers, ...deps }: ReceiveWebhookDeps): UnaryHandler<ReceiveWebhookRequest, Empty> {
  const notices = metrics.getMeter('@shopverse/payment').createCounter('payment.provider.notices', {
    description: "Providers' signed notices, by kind and what became of them",
  });
  return async ({ provider: name, body }, call) => {
    const provider = providers.named(name);
    const notice = provider.readWebhook({ body: body?.data ?? new Uint8Array(), header: (key) => header(call.metadata, key) });
    const { verdict } = notice;
    const count = (outcome: string) => notices.add(1, { provider: name, kind: verdict === undefined ? 'other' : notice.kind, outcome });
    if (verdict === undefined) {
      count('ignored');
      return {};
    }
    const outcome = await database.transaction(async (tx) => {
      if (!(await takeNotice(tx, name, notice))) return 'repeated';
      const settled = await settle(deps, tx, name, verdict);
      return settled?.result.kind ?? 'unknown_order';
    });
    if (outcome === 'unknown_order')
      deps.log.warn({ provider: name, provider_order_id: verdict.providerOrderId }, 'notice of an unknown order');
    count(outcome);
    return {};
  };
}
