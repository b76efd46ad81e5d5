/** Turns messages of one type to bytes and back. Every generated message constant is one. */
export interface Codec<Message> {
  encode(message: Message): { finish(): Uint8Array };
  /** Throws when the bytes are no such message. */
  decode(bytes: Uint8Array): Message;
}

/** One type of domain event, as the (shopverse.events.v1.event) option of its message describes it. */
export interface EventType<Name extends string = string, Message = unknown> {
  /** Full name of the message; `ce_type` on the wire. */
  readonly type: Name;
  /** Kafka topic it is published to. */
  readonly topic: string;
  /** Kind of thing that changed. */
  readonly aggregate: string;
  /** Id of the thing that changed: the Kafka key. */
  key(message: Message): string;
  readonly codec: Codec<Message>;
}

/** The message of an event type: `MessageOf<typeof eventTypes['shopverse.order.v1.OrderPlaced']>` is OrderPlaced. */
export type MessageOf<Type> = Type extends EventType<string, infer Message> ? Message : never;
