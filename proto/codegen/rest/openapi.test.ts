import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { readContracts } from '../contracts.ts';
import { compile } from '../testing/workspace.ts';
import { generateOpenApi, openApi } from './openapi.ts';
import { restMethods } from './rest-methods.ts';

interface Operation {
  readonly operationId: string;
  readonly description: string;
  readonly security: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: object }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly headers: object; readonly content: Readonly<Record<string, Content>> }>
  >;
}
interface Content {
  readonly schema?: object;
  readonly example?: unknown;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const contract = (methods: string, messages: string) => ({
  'bakery/v1/bakery_service.proto': `syntax = "proto3";
package shopverse.bakery.v1;
import "buf/validate/validate.proto";
import "google/api/annotations.proto";
import "google/api/httpbody.proto";
import "google/protobuf/empty.proto";
import "google/protobuf/field_mask.proto";
import "google/protobuf/timestamp.proto";
import "shopverse/access/v1/access.proto";
// Bread.
service BakeryService {

${methods} }
${messages}`,
});

const bakery = contract(
  `// Bakes a loaf. Errors: OUT_OF_STOCK.
  rpc Bake(BakeRequest) returns (Loaf) {
    option (google.api.http) = {post: "/v1/ovens/{oven_id}:bake" body: "*"};
    option (shopverse.access.v1.access) = {level: LEVEL_ROLES roles: [ROLE_ADMIN]};
    option (shopverse.access.v1.idempotency_key) = IDEMPOTENCY_KEY_REQUIRED;
  }
  rpc ListLoaves(ListLoavesRequest) returns (Loaf) {
    option idempotency_level = NO_SIDE_EFFECTS;
    option (google.api.http) = {get: "/v1/loaves"};
    option (shopverse.access.v1.access) = {level: LEVEL_PUBLIC};
  }
  rpc UpdateLoaf(UpdateLoafRequest) returns (Loaf) {
    option (google.api.http) = {patch: "/v1/loaves/{id}" body: "loaf"};
    option (shopverse.access.v1.access) = {level: LEVEL_SIGNED_IN};
  }
  rpc WatchOven(WatchOvenRequest) returns (stream Loaf) {
    option (google.api.http) = {get: "/v1/ovens/{id}:watch"};
    option (shopverse.access.v1.access) = {level: LEVEL_SIGNED_IN};
  }
  rpc Hook(HookRequest) returns (google.protobuf.Empty) {
    option (google.api.http) = {post: "/v1/hooks/{by}" body: "body"};
    option (shopverse.access.v1.access) = {level: LEVEL_PUBLIC};
  }
  rpc Clean(google.protobuf.Empty) returns (google.protobuf.Empty) {
    option (shopverse.access.v1.access) = {level: LEVEL_INTERNAL callers: ["bakery"]};
  }`,
  `message BakeRequest {
    string oven_id = 1;
    // Grams of flour.
    int32 flour = 2 [(buf.validate.field).int32 = {gte: 100, lt: 2000}];
    repeated string seeds = 3 [(buf.validate.field).repeated = {max_items: 3, items: {string: {min_len: 2}}}];
    string note = 4 [(buf.validate.field).ignore = IGNORE_IF_ZERO_VALUE, (buf.validate.field).string.pattern = "^[a-z]+$"];
    oneof shape { bool round = 5; bool long = 6; }
    int64 salt = 7;
  }
  // What came out.
  message Loaf { string id = 1; int64 weight = 2; Crust crust = 3; google.protobuf.Timestamp baked_at = 4; optional string gift_for = 5; bytes photo = 6; }
  // How it is outside.
  enum Crust {
    CRUST_UNSPECIFIED = 0;
    // Dark.
    CRUST_DARK = 1;
  }
  message Weights { int64 least = 1; }
  message ListLoavesRequest { int32 page_size = 1; string page_token = 2; Weights weights = 3; repeated Crust crusts = 4; google.protobuf.Timestamp since = 5; }
  message UpdateLoafRequest { string id = 1; Loaf loaf = 2 [(buf.validate.field).required = true]; google.protobuf.FieldMask update_mask = 3 [(buf.validate.field).field_mask.in = "crust", (buf.validate.field).field_mask.in = "gift_for"]; }
  message WatchOvenRequest { string id = 1; }
  message HookRequest { string by = 1; google.api.HttpBody body = 2; }`,
);

describe('the OpenAPI document of the shop', () => {
  let text = '';
  let document: Document;
  let routes = 0;
  beforeAll(async () => {
    const contracts = readContracts(await readFile(new URL('../../gen/documented-descriptors.binpb', import.meta.url)));
    text = generateOpenApi(contracts);
    document = JSON.parse(text) as Document;
    routes = restMethods(contracts).length;
  });

  it('is valid OpenAPI 3.1, by a validator that is not ours', async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(text) as Record<string, unknown>)).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has an operation id, a description and the errors of each operation, once each', () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    expect(operations).toHaveLength(routes);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { operationId, description, responses } of operations) {
      expect([operationId, description]).toEqual([operationId, expect.stringMatching(/\w/)]);
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '400', '401', '429', '500', '503', '504']));
    }
  });

  it('gives examples that its own schemas take', () => {
    const ajv = new Ajv2020({ strict: false, logger: false });
    formats.default(ajv, ['date-time', 'uuid', 'email', 'uri']);
    ajv.addSchema({ $id: 'shop', components: document.components });
    const resolve = (schema: object): object => JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"shop#/')) as object;
    let examples = 0;
    for (const { operationId, requestBody, responses } of Object.values(document.paths).flatMap((path) => Object.values(path))) {
      for (const { schema, example } of [requestBody?.content, responses['200']?.content].flatMap((content) =>
        Object.values(content ?? {}),
      )) {
        if (schema === undefined || example === undefined) continue;
        examples += 1;
        const validate = ajv.compile(resolve(schema));
        validate(example);
        expect([operationId, validate.errors]).toEqual([operationId, null]);
      }
    }
    expect(examples).toBeGreaterThan(20);
  });

  it('does not mention internal methods', () => {
    expect(text).not.toContain('ReserveStock');
    expect(text).not.toContain('OrderForPayment');
  });
});

describe('openApi', () => {
  let document: Document;
  beforeAll(async () => {
    document = openApi(await compile(bakery)) as Document;
  });
  const operation = (verb: string, path: string): Operation => {
    const found = document.paths[path]?.[verb];
    if (found === undefined) throw new Error(`There is no ${verb} ${path}`);
    return found;
  };
  const schemaOf = (content: Readonly<Record<string, Content>> | undefined) => content?.['application/json']?.schema;

  it('puts fields where the route has them, with the limits of their rules', () => {
    const { parameters, requestBody } = operation('post', '/v1/ovens/{ovenId}:bake');
    expect(parameters?.[0]).toEqual({ name: 'ovenId', in: 'path', required: true, schema: { type: 'string', minLength: 1 } });
    expect(parameters?.[1]).toMatchObject({ name: 'Idempotency-Key', in: 'header', required: true });
    expect(schemaOf(requestBody?.content)).toEqual({
      type: 'object',
      properties: {
        flour: { type: 'integer', description: 'Grams of flour.', format: 'int32', minimum: 100, maximum: 2_147_483_647, exclusiveMaximum: 2000 },
        seeds: { type: 'array', items: { type: 'string', minLength: 2 }, maxItems: 3 },
        note: { type: 'string', pattern: '^[a-z]+$' },
        round: { type: 'boolean', description: 'At most one of round, long.' },
        long: { type: 'boolean', description: 'At most one of round, long.' },
        salt: { type: ['integer', 'string'], format: 'int64', pattern: '^-?[0-9]+$' },
      },
      required: ['flour'],
    });
  });

  it('spreads nested messages over the query and repeats lists', () => {
    const { parameters = [] } = operation('get', '/v1/loaves');
    expect(parameters.map(({ name, in: where }) => `${where} ${name}`)).toEqual([
      'query pageSize',
      'query pageToken',
      'query weights.least',
      'query crusts',
      'query since',
    ]);
    expect(parameters[3]?.schema).toEqual({ type: 'array', items: { $ref: '#/components/schemas/bakery.Crust' } });
    expect(parameters[4]?.schema).toEqual({ type: 'string', format: 'date-time' });
  });

  it('gives a PATCH its update mask as a query parameter and the resource as its body', () => {
    const { parameters, requestBody } = operation('patch', '/v1/loaves/{id}');
    expect(parameters?.[1]).toEqual({
      name: 'updateMask',
      in: 'query',
      schema: { type: 'string', pattern: '^(crust|giftFor)(,(crust|giftFor))*$' },
    });
    expect(requestBody?.required).toBe(true);
    expect(schemaOf(requestBody?.content)).toEqual({ $ref: '#/components/schemas/bakery.LoafInput' });
  });

  it('writes answers as proto3 JSON: 64-bit numbers as text, what is always there as required', () => {
    expect(document.components.schemas['bakery.Loaf']).toEqual({
      type: 'object',
      description: 'What came out.',
      properties: {
        id: { type: 'string' },
        weight: { type: 'string', format: 'int64', pattern: '^-?[0-9]+$' },
        crust: { $ref: '#/components/schemas/bakery.Crust' },
        bakedAt: { type: 'string', format: 'date-time' },
        giftFor: { type: 'string' },
        photo: { type: 'string', contentEncoding: 'base64' },
      },
      required: ['id', 'weight', 'crust', 'photo'],
    });
    expect(document.components.schemas['bakery.LoafInput']).not.toHaveProperty('required');
  });

  it('has streams as JSON lines and webhooks as they are', () => {
    expect(Object.keys(operation('get', '/v1/ovens/{id}:watch').responses['200']?.content ?? {})).toEqual(['application/x-ndjson']);
    expect(operation('post', '/v1/hooks/{by}').requestBody?.content).toEqual({ '*/*': {} });
  });

  it('says who may call, by security', () => {
    expect(operation('post', '/v1/ovens/{ovenId}:bake').security).toEqual([{ accessToken: ['ADMIN'] }]);
    expect(operation('get', '/v1/ovens/{id}:watch').security).toEqual([{ accessToken: [] }]);
    expect(operation('get', '/v1/loaves').security).toEqual([{}, { accessToken: [] }]);
  });

  it("sorts each method's reasons by HTTP status, its own first", () => {
    const { responses } = operation('post', '/v1/ovens/{ovenId}:bake');
    expect(responses['400']?.description.match(/`(\w+)`/g)).toEqual([
      '`OUT_OF_STOCK`',
      '`MALFORMED_REQUEST`',
      '`INVALID_REQUEST`',
      '`IDEMPOTENCY_KEY_REQUIRED`',
    ]);
    expect(responses['403']?.description).toContain('ROLE_NOT_ALLOWED');
    expect(Object.keys(responses['401']?.headers ?? {})).toContain('WWW-Authenticate');
    expect(operation('get', '/v1/loaves').responses).not.toHaveProperty('403');
  });

  it.each([
    ['an error that is none', '// Errors: NO_SUCH_THING.\n', 'get: "/v1/loaves"', /NO_SUCH_THING, which shopverse.errors.v1.Reason does not have/],
    ['a path variable that is no field', '', 'get: "/v1/loaves/{number}"', /names number, which is no plain field/],
  ])('refuses %s', async (_what, comment, route, message) => {
    const files = contract(
      `${comment}rpc Get(GetRequest) returns (GetRequest) { option (google.api.http) = {${route}}; option (shopverse.access.v1.access) = {level: LEVEL_PUBLIC}; }`,
      'message GetRequest { string id = 1; }',
    );
    await expect(compile(files).then(openApi)).rejects.toThrow(message);
  });
}); // prettier-ignore
