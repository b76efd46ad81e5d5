import { failure, invalidField } from '@shopverse/mesh/failure';
import type { Money } from '@shopverse/mesh/money';
import type { PaymentState } from './payment-state.ts';

/** A payment as far as giving its money back needs to know it. */
export interface RefundedPayment {
  readonly id: string;
  readonly state: PaymentState;
  readonly amount: Money;
  readonly providerPaymentId: string | undefined;
  readonly refundedMinor: bigint;
  readonly refundingMinor: bigint;
}

/** What of a payment can be given back. */
export interface Refundable {
  /** The payment's id. */
  readonly id: string;
  readonly providerPaymentId: string;
  readonly currency: string;
  /** In minor units, more than 0. */
  readonly minor: bigint;
}

/** What is left of the captured money when all refunds under way are counted as done, in minor units; 0 when none was captured. */
export function leftOf({ amount, providerPaymentId, refundedMinor, refundingMinor }: RefundedPayment): bigint {
  return providerPaymentId === undefined ? 0n : amount.minor - refundedMinor - refundingMinor;
}

/**
 * What is to be given back when `wanted` is wanted, all that is left when that is undefined.
 *
 * @throws Failure PAYMENT_NOT_REFUNDABLE, REFUND_EXCEEDS_CAPTURE, INVALID_REQUEST
 */
export function refundableOf(payment: RefundedPayment, wanted: Money | undefined): Refundable {
  const { id, providerPaymentId, amount, state } = payment;
  if (providerPaymentId === undefined) {
    throw failure('PAYMENT_NOT_REFUNDABLE', `This payment is ${state}: nothing was captured.`, { payment_id: id });
  }
  if (wanted !== undefined && wanted.currency !== amount.currency)
    throw invalidField('amount.currency_code', `must be ${amount.currency}, the payment's currency`);
  if (wanted !== undefined && wanted.minor <= 0n) throw invalidField('amount', 'must be more than 0');
  const left = leftOf(payment);
  const minor = wanted?.minor ?? left;
  if (minor > left || minor === 0n) {
    const message = left === 0n ? 'All of this payment has gone back or is on its way.' : `No more than ${left} minor units are left.`;
    throw failure('REFUND_EXCEEDS_CAPTURE', message, { payment_id: id, left_minor: String(left) });
  }
  return { id, providerPaymentId, currency: amount.currency, minor };
}
