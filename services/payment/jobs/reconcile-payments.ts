import { settle, type SettleDeps } from '../settlement/settle.ts';
import type { Providers } from '../providers/registry.ts';
import type { PaymentDatabase } from '../store/payment-repository.ts';
import { takeDuePayments, type DuePayment, type Schedule } from '../store/reconciliation.ts';

/** What the job works with. */
export interface ReconcileDeps extends SettleDeps {
  readonly database: PaymentDatabase;
  readonly providers: Providers;
  readonly schedule: Schedule;
}

/** Payments taken from the queue at one time. */
const BATCH = 20;

/**
 * Asks the provider about payments that have no good end yet, so that a lost notice loses no money: open ones, and failed ones too, because a bank may authorise late. The
 * same verdicts go the same way as those of webhooks. A provider that is away is asked again at the payment's next time.
 */
export function reconcilePayments({ database, providers, schedule, ...deps }: ReconcileDeps): (signal: AbortSignal) => Promise<void> {
  const { log, clock } = deps;

  async function ask({ id, provider, provider_order_id: providerOrderId, state }: DuePayment): Promise<void> {
    const verdicts = await providers.named(provider).verdictsOf(providerOrderId);
    // Money first: a failed try before the one that worked must not cancel the order.
    const moneyFirst = [...verdicts].sort((a, b) => Number(b.verdict === 'captured') - Number(a.verdict === 'captured'));
    for (const verdict of moneyFirst) {
      const settled = await database.transaction((tx) => settle(deps, tx, provider, verdict));
      if (settled?.result.kind === 'moved') {
        log.warn({ payment_id: id, from: state, to: settled.payment.state }, 'payment settled without its notice');
      }
    }
  }

  return async (signal) => {
    for (let taken = BATCH; taken === BATCH && !signal.aborted;) {
      const due = await takeDuePayments(database, clock(), BATCH, schedule);
      taken = due.length;
      for (const payment of due) {
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
