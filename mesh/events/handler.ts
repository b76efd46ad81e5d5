import type { EventType } from '@shopverse/contracts/event-types';
import type { CloudEvent } from './cloud-event.ts';
import { permanent } from './trouble.ts';

/** An event as a consumer gets it, without its message. */
export interface ReceivedEvent extends CloudEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Aborts when handling takes too long or the process is being stopped. */
  readonly signal: AbortSignal;
}

/** What a consumer group does about one type of event. */
export interface EventHandler {
  /** Full name of the event's message. */
  readonly type: string;
  readonly topic: string;
  /**
   * Brings about the effect. What it throws decides what becomes of the event (see `kindOf`): trouble that passes is waited out, what can't be
   * mended goes to the dead letters.
   */
  handle(payload: Uint8Array, event: ReceivedEvent): Promise<void>;
}

/**
 * Handles an event with a function that must bear being called again with the same event, as it happens after a crash: by the unique keys of
 * its store, or because doing it twice changes nothing. Where the effect is in PostgreSQL, `onEventIn` of store/inbox takes care of that.
 */
export function onEvent<Name extends string, Message>(
  type: EventType<Name, Message>,
  handle: (message: Message, event: ReceivedEvent) => Promise<void>,
): EventHandler {
  return {
    type: type.type,
    topic: type.topic,
    handle: async (payload, event) => handle(decode(type, payload), event),
  };
}

/** @throws PermanentError when the bytes are no such message */
function decode<Name extends string, Message>({ type, codec }: EventType<Name, Message>, payload: Uint8Array): Message {
  try {
    return codec.decode(payload);
  } catch (cause) {
    throw permanent(`The value is no ${type}.`, cause);
  }
}
