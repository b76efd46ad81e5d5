import { refundKey, type Refund } from '../domain/refund.ts';
import type { PaymentProvider, ProviderRefund } from '../domain/provider.ts';
import type { Providers } from '../providers/registry.ts';
import type { SettleDeps } from '../settlement/settle.ts';
import { settleRefund } from '../settlement/settle-refund.ts';
import type { PaymentDatabase } from '../store/payment-repository.ts';
import { findRefund } from '../store/refund-repository.ts';
import { takeDueRefunds, type DueRefund, type RefundSchedule } from '../store/refund-queue.ts';

/** What carrying refunds out works with. */
export interface RefundDeps extends SettleDeps {
  readonly database: PaymentDatabase;
  readonly providers: Providers;
  readonly schedule: RefundSchedule;
  /** Age of a refund that is not done at which a person is called, in milliseconds. */
  readonly alarmAfterMs: number;
}

/** Refunds that are taken up at one time. */
const BATCH = 5;

/**
 * Takes up the refunds that are due: asks the provider for those that it has not taken on, and asks after those that it has. A request that got no answer is made
 * again under the same name, for as long as it takes. One run takes up each refund once; answers when none is due.
 */
export function carryOutRefunds(deps: RefundDeps): (signal: AbortSignal) => Promise<void> {
  const { database, providers, schedule, log, clock, alarmAfterMs } = deps;

  async function carryOut({ id, provider: name, tries }: DueRefund): Promise<Refund | undefined> {
    const refund = await database.read((em) => findRefund(em, id));
    if (refund === undefined) return undefined;
    const provider = providers.named(name);
    const said = refund.state === 'REQUESTED' ? await provider.refund(requestOf(refund)) : await wordOf(provider, refund);
    if (said === undefined) {
      log.warn({ refund_id: id, provider: name, tries }, 'provider does not show the refund');
      return refund;
    }
    await database.transaction((tx) => settleRefund(deps, tx, name, said));
    return database.read((em) => findRefund(em, id));
  }

  async function take(due: DueRefund): Promise<void> {
    const { id, payment_id, provider, tries, created_at: createdAt } = due;
    let done = false;
    try {
      const refund = await carryOut(due);
      done = refund?.state === 'PROCESSED' || refund?.state === 'FAILED';
    } catch (error) {
      log.warn({ refund_id: id, payment_id, provider, tries, err: error }, 'refund is tried again');
    }
    const ageMs = clock().getTime() - createdAt.getTime();
    if (!done && ageMs >= alarmAfterMs)
      log.error({ refund_id: id, payment_id, provider, age_ms: ageMs, alarm: 'refund_overdue' }, 'refund is not done after long');
  }

  return async (signal) => {
    for (let taken = BATCH; taken === BATCH && !signal.aborted;) {
      const due = await takeDueRefunds(database, clock(), BATCH, schedule);
      taken = due.length;
      await Promise.all(due.map(take));
    }
  };
}

function requestOf(refund: Refund) {
  return { key: refundKey(refund), providerPaymentId: refund.providerPaymentId, amount: refund.amount };
}

async function wordOf(provider: PaymentProvider, refund: Refund): Promise<ProviderRefund | undefined> {
  const key = refundKey(refund);
  const refunds = await provider.refundsOf(refund.providerPaymentId);
  return refunds.find((said) => said.key === key);
}
