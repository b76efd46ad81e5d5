import { failure } from '@shopverse/mesh/failure';
import { equals, type Money } from '@shopverse/mesh/money';
import type { Booking } from './ledger.ts';
import type { PaymentEvent } from './payment-event.ts';
import { stateAfterRefunds, verdicts, type PaymentState } from './payment-state.ts';
import type { ProviderRefund, ProviderVerdict } from './provider.ts';
import { refundableOf } from './refundable.ts';
import { readRefundKey, type NewRefund, type Refund } from './refund.ts';
import { refundMoves } from './refund-state.ts';

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
  /** The provider's page on which the customer pays; empty where there is none. */
  readonly checkoutUrl: string;
  /** The try that captured the money; undefined before. */
  readonly providerPaymentId: string | undefined;
  /** How it was paid; empty before. */
  readonly method: string;
  /** Why the last try failed; empty otherwise. */
  readonly failureReason: string;
  /** What has gone back, in minor units. */
  readonly refundedMinor: bigint;
  /** What is on its way back, in minor units. */
  readonly refundingMinor: bigint;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a provider says that does not fit what the shop asked for. Money may be in the wrong place: a person has to look. */
export const discrepancyKinds = [
  /** Another amount or currency than the payment's. Where it was captured, it goes back by itself. */
  'AMOUNT_DIFFERS',
  /** A second capture for one payment; it goes back by itself. */
  'CAPTURED_TWICE',
  /** Another amount than the refund's, another payment, or another end than the provider told before. */
  'REFUND_DIFFERS',
] as const;
/** See `discrepancyKinds`. */
export type DiscrepancyKind = (typeof discrepancyKinds)[number];

/** What a provider's word did. */
export type Outcome = { readonly kind: 'moved' | 'unchanged' } | { readonly kind: 'discrepancy'; readonly discrepancy: DiscrepancyKind };

/** What is given when a payment is opened. */
export type NewPayment = Pick<
  PaymentSnapshot,
  'id' | 'orderId' | 'customerId' | 'amount' | 'provider' | 'providerOrderId' | 'providerKeyId' | 'checkoutUrl'
>;

/** The money side of one order: its rules, nothing else. */
export class Payment {
  #snapshot: PaymentSnapshot;
  readonly #events: PaymentEvent[] = [];
  readonly #bookings: Booking[] = [];

  private constructor(snapshot: PaymentSnapshot) {
    this.#snapshot = snapshot;
  }

  /** Opens a payment at a provider. */
  static open(payment: NewPayment, at: Date): Payment {
    const opened = new Payment({
      ...payment,
      state: 'CREATED',
      providerPaymentId: undefined,
      method: '',
      failureReason: '',
      refundedMinor: 0n,
      refundingMinor: 0n,
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
  judge(said: ProviderVerdict, at: Date): Outcome {
    const { state, amount, providerPaymentId } = this.#snapshot;
    if (!equals(said.amount, amount)) return { kind: 'discrepancy', discrepancy: 'AMOUNT_DIFFERS' };
    const next = verdicts[state][said.verdict];
    if (next === state) {
      const twice = said.verdict === 'captured' && providerPaymentId !== said.providerPaymentId;
      return twice ? { kind: 'discrepancy', discrepancy: 'CAPTURED_TWICE' } : { kind: 'unchanged' };
    }
    if (said.verdict === 'captured') this.#capture(said, next, at);
    else this.#fail(said, at);
    return { kind: 'moved' };
  }

  /** Ends an open payment that nobody waits for: its order is cancelled, or it is too old. Answers whether it was open; any other stays as it is. */
  close(reason: string, at: Date): boolean {
    if (this.#snapshot.state !== 'CREATED') return false;
    this.#fail({ method: '', reason }, at);
    return true;
  }

  /**
   * Gives captured money back, all that is left without an amount. What is on its way back counts as gone.
   *
   * @throws Failure PAYMENT_NOT_REFUNDABLE, REFUND_EXCEEDS_CAPTURE, INVALID_REQUEST
   */
  refund({ amount, ...refund }: NewRefund & { readonly amount?: Money | undefined }, at: Date): Refund {
    const { id, currency, providerPaymentId, minor } = refundableOf(this.#snapshot, amount);
    const requested = begun({ ...refund, paymentId: id, providerPaymentId, amount: { currency, minor }, surplus: false }, at);
    this.#begin(requested, at);
    return requested;
  }

  /** Gives back what was captured a second time, or in another amount. It was never the payment's, so the payment's own money is untouched. */
  refundSurplus(refund: NewRefund, { providerPaymentId, amount }: ProviderVerdict, at: Date): Refund {
    const { id, provider } = this.#snapshot;
    this.#book(`captured ${id} ${providerPaymentId}`, 'surplus', `provider:${provider}`, amount, at);
    const requested = begun({ ...refund, paymentId: id, providerPaymentId, amount, surplus: true }, at);
    this.#begin(requested, at);
    return requested;
  }

  /**
   * Begins a refund anew that the provider refused.
   *
   * @throws Failure REFUND_STATE, REFUND_EXCEEDS_CAPTURE
   */
  retry(refund: Refund, at: Date): Refund {
    if (refund.state !== 'FAILED') {
      throw failure('REFUND_STATE', `This refund is ${refund.state}; only a failed one can be tried again.`, { refund_id: refund.id });
    }
    if (!refund.surplus) refundableOf(this.#snapshot, refund.amount);
    const again: Refund = {
      ...refund,
      state: 'REQUESTED',
      attempt: refund.attempt + 1,
      providerRefundId: undefined,
      failureReason: '',
      updatedAt: at,
    };
    this.#begin(again, at);
    return again;
  }

  /**
   * Takes in what the provider says of one of this payment's refunds. PaymentRefunded is raised by the one word that ends the refund well; not for a surplus, of
   * which no PaymentSucceeded told. Never throws: what does not fit is answered as a discrepancy and moves nothing.
   */
  judgeRefund(refund: Refund, said: ProviderRefund, at: Date): { readonly refund: Refund; readonly outcome: Outcome } {
    const attempt = said.key === undefined ? refund.attempt : readRefundKey(said.key)?.attempt;
    const differs = !equals(said.amount, refund.amount) || said.providerPaymentId !== refund.providerPaymentId;
    // Only an attempt that failed is followed by another; what else is said of it is old news, unless its money went out nevertheless.
    const ofEarlier = said.word === 'processed' ? 'contradiction' : refund.state;
    const next = attempt === refund.attempt ? refundMoves[refund.state][said.word] : ofEarlier;
    if (differs || next === 'contradiction') return { refund, outcome: { kind: 'discrepancy', discrepancy: 'REFUND_DIFFERS' } };
    if (next === refund.state) return { refund, outcome: { kind: 'unchanged' } };
    const moved: Refund = {
      ...refund,
      state: next,
      providerRefundId: said.providerRefundId,
      failureReason: next === 'FAILED' ? said.reason : '',
      updatedAt: at,
      processedAt: next === 'PROCESSED' ? at : undefined,
    };
    if (next === 'PROCESSED') this.#processed(moved, at);
    if (next === 'FAILED') this.#refused(moved, at);
    return { refund: moved, outcome: { kind: 'moved' } };
  }

  /** Hands over what happened since the payment was opened or restored, once. */
  takeEvents(): readonly PaymentEvent[] {
    return this.#events.splice(0);
  }

  /** Hands over which money moved since the payment was opened or restored, once. */
  takeBookings(): readonly Booking[] {
    return this.#bookings.splice(0);
  }

  #capture({ providerPaymentId, method }: ProviderVerdict, state: PaymentState, at: Date): void {
    this.#snapshot = { ...this.#snapshot, state, providerPaymentId, method, failureReason: '', updatedAt: at };
    const { id, amount, provider } = this.#snapshot;
    this.#book(`captured ${id}`, 'orders', `provider:${provider}`, amount, at);
    this.#events.push({ kind: 'PaymentSucceeded', method, ...this.#about(at) });
  }

  #fail({ method, reason }: Pick<ProviderVerdict, 'method' | 'reason'>, at: Date): void {
    this.#snapshot = { ...this.#snapshot, state: 'FAILED', method, failureReason: reason, updatedAt: at };
    this.#events.push({ kind: 'PaymentFailed', method, reason, ...this.#about(at) });
  }

  #begin({ id, attempt, surplus, amount }: Refund, at: Date): void {
    this.#book(`refund ${id} ${attempt} requested`, 'refunds_payable', surplus ? 'surplus' : 'orders', amount, at);
    if (surplus) return;
    this.#snapshot = { ...this.#snapshot, refundingMinor: this.#snapshot.refundingMinor + amount.minor, updatedAt: at };
  }

  #processed({ id, attempt, surplus, amount, reason }: Refund, at: Date): void {
    const { provider, amount: captured, refundedMinor, refundingMinor } = this.#snapshot;
    this.#book(`refund ${id} ${attempt} processed`, `provider:${provider}`, 'refunds_payable', amount, at);
    if (surplus) return;
    const refunded = refundedMinor + amount.minor;
    this.#snapshot = {
      ...this.#snapshot,
      state: stateAfterRefunds(captured.minor, refunded),
      refundedMinor: refunded,
      refundingMinor: refundingMinor - amount.minor,
      updatedAt: at,
    };
    const refundedTotal = { currency: amount.currency, minor: refunded };
    this.#events.push({ kind: 'PaymentRefunded', refundId: id, refunded: amount, refundedTotal, reason, ...this.#about(at) });
  }

  #refused({ id, attempt, surplus, amount }: Refund, at: Date): void {
    this.#book(`refund ${id} ${attempt} failed`, surplus ? 'surplus' : 'orders', 'refunds_payable', amount, at);
    if (surplus) return;
    this.#snapshot = { ...this.#snapshot, refundingMinor: this.#snapshot.refundingMinor - amount.minor, updatedAt: at };
  }

  #book(id: string, from: Booking['from'], to: Booking['to'], amount: Money, at: Date): void {
    this.#bookings.push({ id, paymentId: this.#snapshot.id, from, to, amount, at });
  }

  #about(at: Date) {
    const { id, orderId, customerId, amount, provider } = this.#snapshot;
    return { paymentId: id, orderId, customerId, amount, provider, at };
  }
}

function begun(refund: NewRefund & Pick<Refund, 'paymentId' | 'providerPaymentId' | 'amount' | 'surplus'>, at: Date): Refund {
  const fresh = { state: 'REQUESTED', attempt: 1, providerRefundId: undefined, failureReason: '' } as const;
  return { ...refund, ...fresh, createdAt: at, updatedAt: at, processedAt: undefined };
}
