import { metrics } from '@opentelemetry/api';
import type { Empty } from '@shopverse/contracts/google/protobuf/empty';
import type { ReceiveWebhookRequest } from '@shopverse/contracts/shopverse/payment/v1/payment_service';
import { failure } from '@shopverse/mesh/failure';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { header } from '@shopverse/mesh/rpc/headers';
import type { ProviderNotice, ProviderVerdict } from '../domain/provider.ts';
import type { Providers } from '../providers/registry.ts';
import { moneyFirst } from '../settlement/money-first.ts';
import { settleRefund } from '../settlement/settle-refund.ts';
import { settle, type SettleDeps } from '../settlement/settle.ts';
import type { PaymentDatabase, PaymentTransaction } from '../store/payment-repository.ts';
import { takeNotice } from '../store/provider-notices.ts';

/** What taking a notice in needs. */
export interface ReceiveWebhookDeps extends SettleDeps {
  readonly database: PaymentDatabase;
  readonly providers: Providers;
  /** Age above which a notice is refused, in milliseconds. Shorter than notices are remembered, so that none ever counts twice. */
  readonly maxAgeMs: number;
  /** Called when refunds may be due. */
  readonly wake: () => void;
}

/** Longest body that is looked at, in bytes. Providers' notices have a few thousand. */
const LONGEST_BODY = 256 * 1024;

/**
 * Takes a provider's signed notice. The notice's id, the payment's state and the event are one transaction, so a notice counts once however often it comes; that one
 * comes late or out of order is the state tables' business. Notices that mean nothing here are accepted, so that the provider does not send them for a day, and counted.
 * Errors: UNKNOWN_PROVIDER, INVALID_SIGNATURE, INVALID_WEBHOOK, WEBHOOK_TOO_OLD.
 */
export function receiveWebhook({
  database,
  providers,
  maxAgeMs,
  wake,
  ...deps
}: ReceiveWebhookDeps): UnaryHandler<ReceiveWebhookRequest, Empty> {
  const notices = metrics.getMeter('@shopverse/payment').createCounter('payment.provider.notices', {
    description: "Providers' signed notices, by kind and what became of them",
  });

  function read(name: string, body: Uint8Array, headerOf: (key: string) => string | undefined): ProviderNotice {
    const provider = providers.named(name);
    if (body.length > LONGEST_BODY) throw failure('INVALID_WEBHOOK', `The body is longer than ${LONGEST_BODY} bytes.`);
    const notice = provider.readWebhook({ body, header: headerOf });
    if (deps.clock().getTime() - notice.at.getTime() <= maxAgeMs) return notice;
    notices.add(1, { provider: name, kind: 'other', outcome: 'too_old' });
    throw failure('WEBHOOK_TOO_OLD', `This tells of something that happened more than ${maxAgeMs} ms ago.`, { event_id: notice.eventId });
  }

  /** @param verdicts what the notice means for the payment, see `moneyFirst` */
  async function take(tx: PaymentTransaction, name: string, notice: ProviderNotice, verdicts: readonly ProviderVerdict[]): Promise<string> {
    if (!(await takeNotice(tx, name, notice))) return 'repeated';
    const outcomes: string[] = [];
    for (const verdict of verdicts) outcomes.push((await settle(deps, tx, name, verdict))?.result.kind ?? 'unknown_order');
    if (notice.verdict !== undefined) return outcomes.find((outcome) => outcome === 'discrepancy') ?? outcomes.at(-1) ?? 'ignored';
    if (notice.refund !== undefined) return (await settleRefund(deps, tx, name, notice.refund))?.kind ?? 'unknown_refund';
    return 'ignored';
  }

  return async ({ provider: name, body }, call) => {
    const notice = read(name, body?.data ?? new Uint8Array(), (key) => header(call.metadata, key));
    const { verdict, refund } = notice;
    const means = verdict !== undefined || refund !== undefined;
    const verdicts = verdict === undefined ? [] : await moneyFirst(providers.named(name), verdict, deps.log);
    const outcome = means ? await database.transaction((tx) => take(tx, name, notice, verdicts)) : 'ignored';
    if (outcome === 'unknown_order')
      deps.log.warn({ provider: name, provider_order_id: verdict?.providerOrderId }, 'notice of an unknown order');
    // A second capture goes back at once.
    if (outcome === 'discrepancy') wake();
    notices.add(1, { provider: name, kind: means ? notice.kind : 'other', outcome });
    return {};
  };
}
