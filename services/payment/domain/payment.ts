import { equals, type Money } from '@shopverse/mesh/money';
import type { PaymentEvent } from './payment-event.ts';
import { verdicts, type PaymentState } from './payment-state.ts';
import type { ProviderVerdict } from './provider.ts';

/** All that is kept of a payment. */
export interface PaymentSnapshot {
  readonly id: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly state: PaymentState;
  readonly amount: Money;
  readonly provider: string;
  readonly providerOrderId: string;
  readonly providerKeyId: string;
  /** The try that captured the money; undefined before. */
  readonly providerPaymentId: string | undefined;
  /** How it was paid; empty before. */
  readonly method: string;
  /** Why the last try failed; empty otherwise. */
  readonly failureReason: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a provider says that does not fit what the shop asked for. Money may be in the wrong place: a person has to look. */
export type DiscrepancyKind =
  /** Another amount or currency than the payment's. */
  | 'AMOUNT_DIFFERS'
  /** A second capture for one payment. */
  | 'CAPTURED_TWICE';

/** What a provider's verdict did. */
export type VerdictOutcome =
  { readonly kind: 'moved' | 'unchanged' } | { readonly kind: 'discrepancy'; readonly discrepancy: DiscrepancyKind };

/** The money side of one order: its rules, nothing else. */
export class Payment {
  #snapshot: PaymentSnapshot;
  readonly #events: PaymentEvent[] = [];

  private constructor(snapshot: PaymentSnapshot) {
    this.#snapshot = snapshot;
  }

  /** Opens a payment at a provider. */
  static open(
    payment: Pick<PaymentSnapshot, 'id' | 'orderId' | 'customerId' | 'amount' | 'provider' | 'providerOrderId' | 'providerKeyId'>,
    at: Date,
  ): Payment {
    const opened = new Payment({
      ...payment,
      state: 'CREATED',
      providerPaymentId: undefined,
      method: '',
      failureReason: '',
      createdAt: at,
      updatedAt: at,
    });
    opened.#events.push({ kind: 'PaymentCreated', ...opened.#about(at) });
    return opened;
  }

  /** A payment as it was kept. */
  static restore(snapshot: PaymentSnapshot): Payment {
    return new Payment(snapshot);
  }

  get snapshot(): PaymentSnapshot {
    return this.#snapshot;
  }

  /**
   * Takes in what the provider says of a try to pay. PaymentSucceeded is raised by the one verdict that moves the payment there, so at most once in its
   * life, and no PaymentFailed comes after it. Never throws: what does not fit is answered as a discrepancy and moves nothing.
   */
  judge(said: ProviderVerdict, at: Date): VerdictOutcome {
    const { state, amount, providerPaymentId } = this.#snapshot;
    if (!equals(said.amount, amount)) return { kind: 'discrepancy', discrepancy: 'AMOUNT_DIFFERS' };
    const next = verdicts[state][said.verdict];
    if (next === state) {
      const twice = said.verdict === 'captured' && providerPaymentId !== said.providerPaymentId;
      return twice ? { kind: 'discrepancy', discrepancy: 'CAPTURED_TWICE' } : { kind: 'unchanged' };
    }
    this.#snapshot =
      said.verdict === 'captured'
        ? {
            ...this.#snapshot,
            state: next,
            providerPaymentId: said.providerPaymentId,
            method: said.method,
            failureReason: '',
            updatedAt: at,
          }
        : { ...this.#snapshot, state: next, method: said.method, failureReason: said.reason, updatedAt: at };
    this.#events.push(
      said.verdict === 'captured'
        ? { kind: 'PaymentSucceeded', method: said.method, ...this.#about(at) }
        : { kind: 'PaymentFailed', reason: said.reason, ...this.#about(at) },
    );
    return { kind: 'moved' };
  }

  /** Hands over what happened since the payment was opened or restored, once. */
  takeEvents(): readonly PaymentEvent[] {
    return this.#events.splice(0);
  }

  #about(at: Date) {
    const { id, orderId, customerId, amount, provider } = this.#snapshot;
    return { paymentId: id, orderId, customerId, amount, provider, at };
  }
}
