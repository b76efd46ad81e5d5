import { sql, type QueryExecutorProvider } from 'kysely';
import type { OrderPayment } from '../domain/order-payment.ts';
import { toPaymentColumn } from './payment-column.ts';

/** Lets an order know of a payment that was opened for it, in one statement. An order that knows of it already knows as much or more. */
export async function rememberOpenedPayment(executor: QueryExecutorProvider, orderId: string, payment: OrderPayment): Promise<void> {
  await sql`
    update orders set payments = payments || ${JSON.stringify([toPaymentColumn(payment)])}::jsonb
    where id = ${orderId} and not payments @> ${JSON.stringify([{ id: payment.id }])}::jsonb`.execute(executor);
}
