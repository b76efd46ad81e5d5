import type { DescMessage } from '@bufbuild/protobuf';
import { commentOf } from '../rest/comments.ts';
import type { Schema } from '../rest/limits.ts';
import { namesOf } from '../rest/schema-names.ts';
import { componentSchemas, reference } from '../rest/schemas.ts';
import type { CatalogueEvent, CatalogueTopic } from './catalogue.ts';

const introduction = `The shop's events. Every message of Kafka is one event: the value is the bytes of its Protocol Buffers message (its schema here is proto3's JSON form of it), the attributes of CloudEvents 1.0 are headers (binary mode), the key is the id of what changed, so that its events stay in order.

Events are delivered at least once; ce_id is the same each time. Handlers ignore types and fields they don't know.`;

/** The AsyncAPI 3 document of all topics. Needs descriptors with comments. */
export function asyncApi(topics: readonly CatalogueTopic[]): object {
  const events = topics.flatMap((topic) => topic.events);
  const names = namesOf({ inputs: [], outputs: events.map(({ message }) => message) });
  return {
    asyncapi: '3.1.0',
    id: 'urn:shopverse:events',
    info: {
      title: 'ShopVerse events',
      version: 'v1',
      description: introduction,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/protobuf',
    servers: { local: { host: '127.0.0.1:19092', protocol: 'kafka', description: 'Kafka of the local stack.' } },
    channels: Object.fromEntries(topics.map((topic) => [idOf(topic.topic), channel(topic)])),
    operations: Object.fromEntries(topics.flatMap((topic) => [...operations(topic, 'producers'), ...operations(topic, 'consumers')])),
    components: {
      messages: Object.fromEntries(
        events.map((event) => [event.message.name, messageObject(event, names.nameOf(event.message, 'output'))]),
      ),
      messageTraits: { cloudEvent: { headers } },
      schemas: componentSchemas(names),
    },
  };
}

/** `shopverse.order.v1` -> `order`: dots are not for names. */
const idOf = (topic: string): string =>
  topic
    .replace(/^shopverse\./, '')
    .replace(/\.v1$/, '')
    .replaceAll('.', '-');

function channel({ topic, events }: CatalogueTopic): object {
  return {
    address: topic,
    description: `Key: ${[...new Set(events.map(({ aggregate, key }) => `${key.name}, the ${aggregate}'s`))].join('; ')}.`,
    servers: [{ $ref: '#/servers/local' }],
    messages: Object.fromEntries(events.map(({ message }) => [message.name, { $ref: `#/components/messages/${message.name}` }])),
    bindings: { kafka: { topic, bindingVersion: '0.5.0' } },
  };
}

/** What each service does with the topic. */
function operations({ topic, events }: CatalogueTopic, role: 'producers' | 'consumers'): [string, object][] {
  const services = [...new Set(events.flatMap((event) => event[role]))].toSorted((a, b) => a.localeCompare(b));
  const [action, verb] = role === 'producers' ? ['send', 'publishes'] : ['receive', 'handles'];
  return services.map((service) => {
    const own = events.filter((event) => event[role].includes(service)).map(({ message }) => message.name);
    const about = {
      action,
      title: `${service} ${verb} ${own.join(', ')}`,
      tags: [{ name: service }],
      channel: { $ref: `#/channels/${idOf(topic)}` },
      messages: own.map((name) => ({ $ref: `#/channels/${idOf(topic)}/messages/${name}` })),
      ...(role === 'consumers' && { bindings: { kafka: { groupId: { type: 'string', enum: [service] }, bindingVersion: '0.5.0' } } }),
    };
    return [`${service}-${action}s-${idOf(topic)}`, about];
  });
}

function messageObject({ message, key }: CatalogueEvent, schema: string): object {
  return {
    name: message.typeName,
    title: message.name,
    summary: commentOf(message),
    contentType: 'application/protobuf',
    traits: [{ $ref: '#/components/messageTraits/cloudEvent' }],
    payload: reference(schema),
    bindings: { kafka: { key: { type: 'string', description: `The event's ${key.name}.` }, bindingVersion: '0.5.0' } },
    'x-protobuf-message': fileOf(message),
  };
}

const fileOf = (message: DescMessage): string => `proto/${message.file.name}.proto`;

const text = (description: string, more: Schema = {}): Schema => ({ type: 'string', description, ...more });

const headers: Schema = {
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_subject', 'ce_time', 'content-type'],
  properties: {
    ce_specversion: text('Version of CloudEvents.', { const: '1.0' }),
    ce_id: text("The event's id, a UUIDv7; the same each time it is delivered."),
    ce_source: text('Who published it: /shopverse/order.'),
    ce_type: text('Full name of the message.'),
    ce_subject: text('Id of what changed; also the key.'),
    ce_time: text('When it happened.', { format: 'date-time' }),
    'content-type': text('What the value is.', { const: 'application/protobuf' }),
    traceparent: text('The trace it belongs to (W3C Trace Context).'),
    replay_for: text('Of a replayed dead letter: the only group it is for.'),
  },
};
