import type { DescService } from '@bufbuild/protobuf';
import type { Contracts } from '../contracts.ts';
import { commentOf } from './comments.ts';
import { restErrors, type RestError } from './errors.ts';
import type { Schema } from './limits.ts';
import { operation } from './operations.ts';
import { restMethods, type RestMethod } from './rest-methods.ts';
import { schemaNames } from './schema-names.ts';
import { componentSchemas, reference } from './schemas.ts';

const introduction = `The shop over HTTP and JSON. The same methods are there over gRPC and gRPC-Web, on the same port.

**Signing in.** \`POST /v1/auth/login\` answers an access token for the header \`Authorization: Bearer …\`, and a refresh token for the next one.

**JSON** is Protocol Buffers' own (proto3): lowerCamelCase names, 64-bit numbers as text, times as RFC 3339, empty fields written out in answers. Unknown fields of a body are ignored, unknown parameters of the query refused.

**Lists** come in pages: give \`pageToken\` the \`nextPageToken\` of the page before, with everything else unchanged; it is empty on the last page.

**Updates** change the fields \`updateMask\` names (\`?updateMask=name,price\`), or, without it, those that are given and not empty.

**Errors** have one shape, whoever refuses; \`reason\` is for machines, \`message\` for people. \`X-Request-Id\` is the id to quote.`;

/** Writes gen/openapi.json: OpenAPI 3.1 of all methods that have a route, in the order of the contracts. Needs descriptors with comments. */
export function generateOpenApi(contracts: Contracts): string {
  return `${JSON.stringify(openApi(contracts))}\n`;
}

/** The document. Throws GenerationError when a method's comment names an error that is none. */
export function openApi(contracts: Contracts): object {
  const methods = restMethods(contracts);
  const names = schemaNames(methods);
  const errors = restErrors(contracts);
  const services = [...new Set(methods.map(({ desc }) => desc.parent))];
  const operations = paths(methods, (method) => operation(method, names, errors));
  return {
    openapi: '3.1.1',
    info: { title: 'ShopVerse', version: 'v1', description: introduction, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    tags: services.map((service) => tag(service)),
    paths: operations,
    components: {
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The `accessToken` that signing in answers.' },
      },
      headers,
      examples: Object.fromEntries([...errors.values()].map((error) => [error.reason, { value: errorExample(error) }])),
      schemas: used({ Error: errorSchema, StreamError: streamErrorSchema, ...componentSchemas(names) }, operations),
    },
  };
}

const tag = (service: DescService): object => ({ name: service.name, description: commentOf(service) });

function paths(methods: readonly RestMethod[], describe: (method: RestMethod) => object): Readonly<Record<string, object>> {
  const byPath: Record<string, Record<string, object>> = {};
  for (const method of methods) (byPath[method.path] ??= {})[method.verb.toLowerCase()] = describe(method);
  return byPath;
}

/** The schemas that `users` refer to, directly or through others: a request whose fields are in the path or query is no schema of its own. */
function used(schemas: Readonly<Record<string, Schema>>, users: object): Readonly<Record<string, Schema>> {
  const wanted = new Set<string>();
  const follow = (user: object): void => {
    for (const [, name = ''] of JSON.stringify(user).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      const schema = schemas[name];
      if (wanted.has(name) || schema === undefined) continue;
      wanted.add(name);
      follow(schema);
    }
  };
  follow(users);
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => wanted.has(name)));
}

const headers = {
  RequestId: { description: 'The id of this request in logs.', schema: { type: 'string' } },
  Traceparent: { description: 'The trace of this request (W3C Trace Context).', schema: { type: 'string' } },
  RetryAfter: { description: 'Seconds to wait before trying again.', schema: { type: 'integer', minimum: 0 } },
  WwwAuthenticate: { description: 'What is needed (RFC 6750).', schema: { type: 'string' } },
};

const errorSchema = {
  type: 'object',
  description: 'Why a call was refused (google.rpc.Status).',
  required: ['code', 'message', 'details'],
  properties: {
    code: { type: 'integer', description: 'The gRPC status code.' },
    message: { type: 'string', description: 'What is wrong, for people.' },
    details: {
      type: 'array',
      description: 'The first is a google.rpc.ErrorInfo with the reason; BadRequest (`fieldViolations`) and RetryInfo (`retryDelay`) may follow.',
      items: {
        type: 'object',
        required: ['@type'],
        properties: {
          '@type': { type: 'string', examples: ['type.googleapis.com/google.rpc.ErrorInfo'] },
          reason: { type: 'string', description: 'For machines.' },
          domain: { type: 'string' },
          metadata: { type: 'object', additionalProperties: { type: 'string' } },
          fieldViolations: {
            type: 'array',
            items: {
              type: 'object',
              properties: { field: { type: 'string' }, description: { type: 'string' }, reason: { type: 'string' } },
            },
          },
          retryDelay: { type: 'string' },
        },
      },
    },
  },
}; // prettier-ignore

const streamErrorSchema = {
  type: 'object',
  description: 'The last line of a stream that failed.',
  required: ['error'],
  properties: { error: reference('Error') },
};

const errorExample = ({ code, reason, description }: RestError): object => ({
  code,
  message: description,
  details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'shopverse', metadata: {} }],
});
