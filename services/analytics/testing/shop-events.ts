import type { ClickHouseClient } from '@clickhouse/client';
import { eventTypes, type EventMessage, type EventName } from '@shopverse/contracts/event-types';
import type { BatchedEvent } from '@shopverse/mesh/events/consume-batches';
import { newId } from '@shopverse/mesh/ids';
import { toMessage } from '@shopverse/mesh/money';
import { derivedTables } from '../store/rebuild.ts';

/** When most things happen in the tests. */
export const NOW = new Date('2026-03-10T12:00:00.000Z');

/** Empties every table. */
export async function forgetAll(client: ClickHouseClient): Promise<void> {
  for (const table of ['events', ...derivedTables]) await client.command({ query: `TRUNCATE TABLE ${table}` });
}

/** An event as the consumer gets it. */
export function event<Name extends EventName>(type: Name, message: EventMessage<Name>, time = NOW): BatchedEvent {
  const { codec, topic } = eventTypes[type] as unknown as { topic: string; codec: { encode(m: object): { finish(): Uint8Array } } };
  return {
    id: newId(),
    type,
    time,
    source: '/shopverse/test',
    subject: 's',
    topic,
    partition: 0,
    offset: '0',
    payload: codec.encode(message).finish(),
  };
}

/** An order that was placed and paid, or not. */
export interface Sale {
  readonly minor: bigint;
  readonly units: number;
  readonly currency?: string;
  readonly at?: Date;
  readonly paid?: boolean;
  readonly productId?: string;
  readonly name?: string;
  readonly customerId?: string;
  readonly orderId?: string;
  readonly provider?: string;
  /** How it was paid, or tried. */
  readonly method?: string;
  /** What goes back of it, each a refund. */
  readonly refunds?: readonly { readonly minor: bigint; readonly at: Date }[];
}

/** All events of one order's life. */
export function order({
  minor,
  units,
  currency = 'INR',
  at = NOW,
  paid = true,
  productId = newId(),
  name = 'Kettle',
  customerId = newId(),
  orderId = newId(),
  provider = 'razorpay',
  method = 'upi',
  refunds = [],
}: Sale): BatchedEvent[] {
  const paymentId = newId();
  const total = toMessage({ currency, minor });
  const lines = [{ productId, sku: 'K', name, quantity: units, unitPrice: total, total }];
  const payment = { paymentId, orderId, customerId, amount: total, provider };
  return [
    event('shopverse.order.v1.OrderPlaced', { orderId, customerId, lines, total, placedAt: at }, at),
    event('shopverse.payment.v1.PaymentCreated', { ...payment, createdAt: at }, at),
    ...(paid
      ? [
          event('shopverse.payment.v1.PaymentSucceeded', { ...payment, method, succeededAt: at }, at),
          event('shopverse.order.v1.OrderConfirmed', { orderId, customerId, lines, total, paymentId, confirmedAt: at }, at),
          ...refunds.map((refund) =>
            event(
              'shopverse.payment.v1.PaymentRefunded',
              {
                ...payment,
                refundId: newId(),
                amount: toMessage({ currency, minor: refund.minor }),
                refundedTotal: total,
                captured: total,
                reason: '',
                refundedAt: refund.at,
              },
              refund.at,
            ),
          ),
        ]
      : [
          event('shopverse.payment.v1.PaymentFailed', { ...payment, reason: 'declined', method, failedAt: at }, at),
          event(
            'shopverse.order.v1.OrderCancelled',
            { orderId, customerId, lines, total, reason: 'declined', cancelledAt: at, paymentId: '' },
            at,
          ),
        ]),
  ];
}
