import type { DescMessage } from '@bufbuild/protobuf';
import { commentOf } from './comments.ts';
import { errorsOf, type RestError } from './errors.ts';
import { exampleOf } from './examples.ts';
import { isRequired, type Schema } from './limits.ts';
import type { QueryField, RestMethod } from './rest-methods.ts';
import type { SchemaNames } from './schema-names.ts';
import { fieldSchema, messageSchema, objectSchema, reference } from './schemas.ts';

/** What a service takes for an idempotency key. */
const keySchema = { type: 'string', minLength: 8, maxLength: 128, pattern: '^[!-~]+$' };

/** One method as an operation of OpenAPI. Throws GenerationError when its comment names an error that is none. */
export function operation(method: RestMethod, names: SchemaNames, errors: ReadonlyMap<string, RestError>): object {
  const { desc, rule } = method;
  const { level, roles } = rule.access;
  return {
    operationId: `${desc.parent.name}_${desc.name}`,
    tags: [desc.parent.name],
    summary: summaryOf(method),
    description: [commentOf(desc), admission(method)].filter((text) => text !== '').join('\n\n'),
    security: level === 'PUBLIC' ? [{}, { accessToken: [] }] : [{ accessToken: [...roles] }],
    'x-shopverse-access': { level, ...(roles.length > 0 && { roles }) },
    'x-shopverse-rpc': `${desc.parent.typeName}/${desc.name}`,
    ...parameters(method, names),
    ...requestBody(method, names),
    responses: { 200: success(method, names), ...failures(errorsOf(method, errors)) },
  };
}

/** "WatchOrder" -> "Watch order". */
function summaryOf({ desc }: RestMethod): string {
  const words = desc.name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`;
}

function admission({ rule: { access, idempotency } }: RestMethod): string {
  const who = {
    PUBLIC: 'Open to everybody; an access token says who asks, and a bad one is refused.',
    SIGNED_IN: 'Needs an access token.',
    ROLES: `Needs an access token of the role ${access.roles.join(' or ')}.`,
    INTERNAL: '',
  }[access.level];
  return idempotency === 'IDEMPOTENT' ? `${who} Calling it again is as good as calling it once.` : who;
}

function parameters({ pathFields, query, rule }: RestMethod, names: SchemaNames): object {
  const inPath = pathFields.map((field) => {
    const { description, ...schema } = fieldSchema(field, 'input', names);
    // An empty one would be another path.
    const notEmpty = schema['type'] === 'string' && schema['minLength'] === undefined ? { minLength: 1 } : {};
    return {
      name: field.jsonName,
      in: 'path',
      required: true,
      ...(description !== undefined && { description }),
      schema: { ...schema, ...notEmpty },
    };
  });
  const all = [...inPath, ...query.map((field) => queryParameter(field, names)), ...idempotencyKey(rule.idempotencyKey)];
  return all.length > 0 ? { parameters: all } : {};
}

function queryParameter({ name, field }: QueryField, names: SchemaNames): object {
  const { description, ...schema } = fieldSchema(field, 'input', names);
  const required = !name.includes('.') && isRequired(field);
  return {
    name,
    in: 'query',
    ...(required && { required }),
    ...(description !== undefined && { description }),
    schema,
    // Lists are given by repeating the name.
    ...(field.fieldKind === 'list' && { explode: true }),
  };
}

function idempotencyKey(kind: RestMethod['rule']['idempotencyKey']): object[] {
  if (kind === 'NONE') return [];
  return [
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: kind === 'REQUIRED',
      description:
        'Chosen by the client, a new one for each thing to be done: the same key with the same request gives the first answer again, so that a call whose answer was lost can be repeated.',
      schema: keySchema,
    },
  ];
}

function requestBody({ body, desc, pathFields }: RestMethod, names: SchemaNames): object {
  if (body === 'none') return {};
  if (body !== 'rest') {
    const message = body.message;
    if (message?.typeName === 'google.api.HttpBody')
      return { requestBody: { required: true, description: 'Taken byte for byte, whatever its type.', content: { '*/*': {} } } };
    return {
      requestBody: { required: isRequired(body), content: json(fieldSchema(body, 'input', names), message && exampleOf(message, 'input')) },
    };
  }
  const fields = desc.input.fields.filter((field) => !pathFields.includes(field));
  const schema = pathFields.length === 0 ? reference(names.nameOf(desc.input, 'input')) : objectSchema(desc.input, 'input', names, fields);
  return { requestBody: { required: true, content: json(schema, exampleOf(desc.input, 'input', fields)) } };
}

const json = (schema: Schema, example: unknown): object => ({
  'application/json': { schema, ...(example !== undefined && { example }) },
});

function success({ desc, rule }: RestMethod, names: SchemaNames): object {
  const { output } = desc;
  const headers = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' }, Traceparent: { $ref: '#/components/headers/Traceparent' } };
  if (output.typeName === 'google.api.HttpBody') return { description: 'The content as it is.', headers, content: { '*/*': {} } };
  const schema = messageSchema(output, 'output', names);
  if (!rule.responseStream) return { description: 'Done.', headers, content: json(schema, ownExample(output)) };
  return {
    description:
      'A stream: one JSON object a line, as things happen. When it fails on its way, the last line is the error, as `{"error": …}`; a stream that ends without one is complete.',
    headers,
    content: { 'application/x-ndjson': { schema: { oneOf: [schema, reference('StreamError')] } } },
  };
}

const ownExample = (message: DescMessage): unknown =>
  message.typeName.startsWith('google.protobuf.') ? undefined : exampleOf(message, 'output');

/** Answers by status, with the reasons behind each. */
function failures(errors: readonly RestError[]): Readonly<Record<string, object>> {
  const statuses = [...new Set(errors.flatMap((error) => error.statuses))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const reasons = errors.filter((error) => error.statuses.includes(status));
      const examples = Object.fromEntries(reasons.map(({ reason }) => [reason, { $ref: `#/components/examples/${reason}` }]));
      return [
        status,
        {
          description: reasons.map(({ reason, description }) => `- \`${reason}\`: ${description}`).join('\n'),
          headers: headersOf(status),
          content: { 'application/json': { schema: reference('Error'), examples } },
        },
      ];
    }),
  );
}

function headersOf(status: number): object {
  return {
    'X-Request-Id': { $ref: '#/components/headers/RequestId' },
    ...(status === 401 && { 'WWW-Authenticate': { $ref: '#/components/headers/WwwAuthenticate' } }),
    ...((status === 429 || status === 503) && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }),
  };
}
