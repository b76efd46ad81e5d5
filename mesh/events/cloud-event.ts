import type { IncomingMessage, OutgoingMessage } from './kafka.ts';

/** What an event says about itself (CloudEvents 1.0). */
export interface CloudEvent {
  /** Unique; the same each time the event is delivered. */
  readonly id: string;
  /** Who published it: `/shopverse/order` */
  readonly source: string;
  /** Full name of its message: `shopverse.order.v1.OrderPlaced` */
  readonly type: string;
  /** Id of the thing it is about. */
  readonly subject: string;
  /** When it happened. */
  readonly time: Date;
}

/** An event in the Kafka protocol binding's binary mode: attributes as headers, the bare message as value, the aggregate's id as key. */
export function toMessage(
  event: CloudEvent,
  { topic, payload, traceparent }: { topic: string; payload: Buffer; traceparent: string | undefined },
): OutgoingMessage {
  return {
    topic,
    key: event.subject,
    value: payload,
    headers: {
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_source: event.source,
      ce_type: event.type,
      ce_subject: event.subject,
      ce_time: event.time.toISOString(),
      'content-type': 'application/protobuf',
      ...(traceparent === undefined ? {} : { traceparent }),
    },
  };
}

/** Reads the attributes of a message; undefined when it is no CloudEvent. */
export function fromMessage({ headers, key }: IncomingMessage): CloudEvent | undefined {
  const text = (name: string) => headers[name]?.toString() ?? '';
  const [id, type, time] = [text('ce_id'), text('ce_type'), new Date(text('ce_time'))];
  if (id === '' || type === '' || text('ce_specversion') !== '1.0' || Number.isNaN(time.getTime())) return undefined;
  return { id, type, time, source: text('ce_source'), subject: text('ce_subject') || (key?.toString() ?? '') };
}
