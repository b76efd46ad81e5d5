import type { Money } from '@shopverse/mesh/money';
import type { RefundState } from './refund-state.ts';

/** All that is kept of a refund. */
export interface Refund {
  readonly id: string;
  readonly paymentId: string;
  /** The try to pay whose money goes back. */
  readonly providerPaymentId: string;
  readonly amount: Money;
  /** Why, for people. */
  readonly reason: string;
  /** Money that was captured a second time: no part of the payment's amount. */
  readonly surplus: boolean;
  /** The admin who wanted it; undefined when the shop did. */
  readonly requestedBy: string | undefined;
  readonly state: RefundState;
  /** How often it was begun: 1, and one more each time it is tried again after the provider refused it. */
  readonly attempt: number;
  /** The provider's id of it; undefined before the provider took it on. */
  readonly providerRefundId: string | undefined;
  /** Why the provider refused it; empty otherwise. */
  readonly failureReason: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly processedAt: Date | undefined;
}

/** What the shop gives money back for. */
export type NewRefund = Pick<Refund, 'id' | 'reason' | 'requestedBy'>;

const KEY = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-([1-9]\d{0,2})$/;

/** The name of an attempt at the provider, which carries out each name once: the same after a crash, another one for another attempt. At most 40 characters. */
export function refundKey({ id, attempt }: Pick<Refund, 'id' | 'attempt'>): string {
  return `${id}-${attempt}`;
}

/** Whose name it is; undefined when it is none of this shop's. */
export function readRefundKey(key: string): Pick<Refund, 'id' | 'attempt'> | undefined {
  const [, id, attempt] = KEY.exec(key) ?? [];
  return id === undefined ? undefined : { id, attempt: Number(attempt) };
}
