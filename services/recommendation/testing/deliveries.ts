import { eventTypes, type EventMessage, type EventName } from '@shopverse/contracts/event-types';
import type { ReceivedEvent } from '@shopverse/mesh/events/handler';
import { newId } from '@shopverse/mesh/ids';

/** An event on its way to the consumers; the same object delivered again is the same event. */
export interface Delivery {
  readonly type: EventName;
  readonly payload: Uint8Array;
  readonly event: ReceivedEvent;
  /** What its topic is partitioned by. */
  readonly key: string;
}

/** Any part of a message. */
type Part<T> = T extends Date | bigint ? T : T extends object ? { readonly [Key in keyof T]?: Part<T[Key]> } : T;

/** A new event of a partition of its topic. */
export function newDelivery<Name extends EventName>(type: Name, message: Part<EventMessage<Name>>, partition = 0): Delivery {
  const { codec, topic, key } = eventTypes[type] as unknown as {
    topic: string;
    key(message: object): string;
    codec: { fromPartial(message: object): object; encode(message: object): { finish(): Uint8Array } };
  };
  const whole = codec.fromPartial(message);
  const origin = { id: newId(), source: '/shopverse/test', type, subject: 's', time: new Date(), topic, partition, offset: '0' };
  return { type, key: key(whole), payload: codec.encode(whole).finish(), event: { ...origin, signal: new AbortController().signal } };
}

/** An order of three pieces of each product. */
export function orderOf(
  customerId: string,
  productIds: readonly string[],
  confirmedAt: Date,
): Part<EventMessage<'shopverse.order.v1.OrderConfirmed'>> {
  const lines = productIds.map((productId) => ({ productId, quantity: 3 }));
  return { orderId: newId(), customerId, lines, paymentId: 'p', confirmedAt };
}
