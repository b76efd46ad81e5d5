import { settle, type SettleDeps } from '../settlement/settle.ts';
import type { Providers } from '../providers/registry.ts';
import { changePayment, type PaymentDatabase } from '../store/payment-repository.ts';
import { stopAsking, takeDuePayments, type DuePayment, type Schedule } from '../store/reconciliation.ts';

/** What the job works with. */
export interface ReconcileDeps extends SettleDeps {
  readonly database: PaymentDatabase;
  readonly providers: Providers;
  readonly schedule: Schedule;
  /** Called when refunds may be due. */
  readonly wake: () => void;
}

/** Payments taken from the queue at one time. */
const BATCH = 20;

/**
 * Asks the provider about payments that have no good end yet, so that a lost notice loses no money: open ones, and failed ones too, because a bank may authorise late; and
 * again about those that have succeeded, which may have been paid twice. The same verdicts go the same way as those of webhooks. A provider that is away is asked again at the payment's next time. When the last answer to a payment that is
 * still open is "nothing", it comes to its end.
 */
export function reconcilePayments({ database, providers, schedule, wake, ...deps }: ReconcileDeps): (signal: AbortSignal) => Promise<void> {
  const { log, clock } = deps;

  async function ask({
    id,
    provider,
    provider_order_id: providerOrderId,
    state,
    provider_payment_id: captured,
    last,
  }: DuePayment): Promise<void> {
    const said = await providers.named(provider).verdictsOf(providerOrderId);
    // What made a payment succeed is no news, and neither is that other tries failed.
    const verdicts = captured === null ? said : said.filter((one) => one.verdict === 'captured' && one.providerPaymentId !== captured);
    // Money first: a failed try before the one that worked must not cancel the order.
    const moneyFirst = [...verdicts].sort((a, b) => Number(b.verdict === 'captured') - Number(a.verdict === 'captured'));
    for (const verdict of moneyFirst) {
      const settled = await database.transaction((tx) => settle(deps, tx, provider, verdict));
      if (settled?.result.kind === 'moved') {
        log.warn({ payment_id: id, from: state, to: settled.payment.state }, 'payment settled without its notice');
      }
      if (settled?.result.kind === 'discrepancy') wake();
    }
    if (!last) return;
    await database.transaction(async (tx) => {
      await changePayment(tx, { id }, (payment) => payment.close('It was not paid in time.', clock()));
      await stopAsking(tx, id);
    });
  }

  return async (signal) => {
    for (let more = true; more && !signal.aborted;) {
      const taken = await takeDuePayments(database, clock(), BATCH, schedule);
      more = taken.more;
      for (const payment of taken.due) {
        if (signal.aborted) return;
        try {
          await ask(payment);
        } catch (error) {
          log.warn({ payment_id: payment.id, provider: payment.provider, err: error }, 'payment could not be reconciled');
        }
      }
    }
  };
}
