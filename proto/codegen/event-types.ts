import { ScalarType } from '@bufbuild/protobuf';
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { messagesOf } from './contracts.ts';
import type { Contracts } from './contracts.ts';
import { GenerationError } from './generation-error.ts';
import { moduleAlias, moduleImport, typeName } from './module-names.ts';
import { eventOption } from './options.ts';

/** A message with the option (shopverse.events.v1.event). */
export interface Event {
  readonly message: DescMessage;
  readonly topic: string;
  readonly aggregate: string;
  readonly key: DescField;
}

/** Writes gen/event-types.ts: the catalogue of domain events. Throws GenerationError when an event's option is incomplete. */
export function generateEventTypes(contracts: Contracts): string {
  const events = eventsOf(contracts);
  const files = [...new Set(events.map(({ message }) => message.file))];
  const topics = [...new Set(events.map(({ topic }) => topic))].sort();
  return [
    '// Generated from the messages with the option (shopverse.events.v1.event). Do not edit.',
    "import type { EventType, MessageOf } from '../runtime/event-type.ts'",
    ...files.map((file) => moduleImport(file)),
    "export type { Codec, EventType, MessageOf } from '../runtime/event-type.ts'",
    '',
    '/** Every event of the shop, by the full name of its message. */',
    'export const eventTypes = {',
    ...events.map(declaration),
    '} as const',
    '',
    '/** Full name of an event, for example "shopverse.order.v1.OrderPlaced". */',
    'export type EventName = keyof typeof eventTypes',
    '',
    '/** The message of the event of that name. */',
    'export type EventMessage<Name extends EventName> = MessageOf<(typeof eventTypes)[Name]>',
    '',
    '/** Every topic an event is published to. */',
    `export const topics: readonly string[] = ${JSON.stringify(topics)}`,
    '',
  ].join('\n');
}

function declaration({ message, topic, aggregate, key }: Event): string {
  const name = JSON.stringify(message.typeName);
  const type = `${moduleAlias(message.file)}.${typeName(message)}`;
  return `  ${name}: {
    type: ${name},
    topic: ${JSON.stringify(topic)},
    aggregate: ${JSON.stringify(aggregate)},
    key: (message: ${type}): string => message.${key.localName},
    codec: ${type},
  } satisfies EventType<${name}, ${type}>,`;
}

/** All events, in the order of the files. Throws GenerationError when an event's option is incomplete. */
export function eventsOf(contracts: Contracts): Event[] {
  return messagesOf(contracts).flatMap((message) => {
    const option = eventOption(contracts, message);
    if (option === undefined) return [];
    const { topic, aggregate } = option;
    if (!topic || !aggregate) throw new GenerationError(`The event ${message.typeName} needs a topic and an aggregate in its option.`);
    const key = message.fields.find((field) => field.name === option.key);
    if (key?.fieldKind !== 'scalar' || key.scalar !== ScalarType.STRING || key.oneof || key.proto.proto3Optional) {
      throw new GenerationError(`The key of the event ${message.typeName}, "${option.key ?? ''}", must be a plain string field of it.`);
    }
    return [{ message, topic, aggregate, key }];
  });
}
