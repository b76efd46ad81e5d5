import type { Money } from '@shopverse/mesh/money';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import type { UnwantedReason } from '../domain/captured-payment.ts';
import { UnwantedPaymentEntity } from './entities.ts';

/** Captured money that no order can use. */
export interface UnwantedPayment {
  readonly paymentId: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly amount: Money;
  readonly reason: UnwantedReason;
  readonly receivedAt: Date;
}

/** Writes down that this money is owed back. It stays open until it is settled, so that none is kept in silence. */
export function keepUnwantedPayment(tx: Transaction, { amount, ...payment }: UnwantedPayment): void {
  tx.em.create(
    UnwantedPaymentEntity,
    { ...payment, currency: amount.currency, amountMinor: amount.minor, settledAt: null },
    { persist: true },
  );
}
