import { eventTypes } from '@shopverse/contracts/event-types';
import { consume } from '@shopverse/mesh/events/consume';
import { onEvent } from '@shopverse/mesh/events/handler';
import { newId } from '@shopverse/mesh/ids';
import { BenchHost } from '../foundation/events/host.ts';

/** Longest wait for one order's confirmation, in milliseconds. */
const LONGEST_WAIT_MS = 60_000;

/** Tells of each order that is confirmed, by its event: a member of Kafka's audience costs the shop less than buyers who ask again and again. */
export interface Confirmations {
  /** Resolves when the order is confirmed. Ask before it is paid. @throws Error after a minute */
  of(orderId: string): Promise<void>;
  stop(): Promise<void>;
}

/** Listens to the topic of orders. */
export async function listenForConfirmations(brokers: string): Promise<Confirmations> {
  const waiting = new Map<string, () => void>();
  const host = new BenchHost(brokers);
  const heard = onEvent(eventTypes['shopverse.order.v1.OrderConfirmed'], async ({ orderId }) => {
    waiting.get(orderId)?.();
    waiting.delete(orderId);
  });
  await consume(host, { group: `bench-${newId()}`, handlers: [heard] });
  return {
    of: (orderId) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`Order ${orderId} was not confirmed within a minute.`)), LONGEST_WAIT_MS);
        waiting.set(orderId, () => {
          clearTimeout(late);
          resolve();
        });
      }),
    stop: () => host.stop(),
  };
}
