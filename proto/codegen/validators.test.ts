import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validators } from '../gen/validators.ts';
import { GetTopProductsRequest } from '../gen/shopverse/analytics/v1/analytics_service.ts';
import { BatchGetProductsRequest } from '../gen/shopverse/product/v1/product_service.ts';
import { mostViolations } from '../runtime/field-violation.ts';
import { methodsOf, readContracts } from './contracts.ts';
import { expectSameViolations } from './testing/comparison.ts';
import { compile, generateFixture } from './testing/workspace.ts';
import { generateValidators } from './validators.ts';

const proto = join(import.meta.dirname, '..');
const gen = join(proto, 'gen');
const shop = readContracts(await readFile(join(gen, 'descriptors.binpb')));
const requests = [...new Map(methodsOf(shop).map(({ input }) => [input.typeName, input]))];

describe('the validators of the shop', () => {
  it.each(requests)('say of a random %s what protovalidate says', async (_, desc) => {
    await expectSameViolations(gen, shop, desc, 100);
  });

  it('refuse timestamps outside of the range google.protobuf.Timestamp allows, which would become invalid Dates', () => {
    const validate = validators['shopverse.analytics.v1.GetTopProductsRequest'];
    for (const from of [new Date(NaN), new Date(253_402_300_800_000), new Date(-62_135_596_800_001)]) {
      expect(validate?.(GetTopProductsRequest.fromPartial({ from }))).toEqual([
        { field: 'from', ruleId: 'timestamp.range', message: 'must be in the years 1 to 9999' },
      ]);
    }
  });

  it('tell no more violations than a caller wants to read', () => {
    const ids = Array.from({ length: 100_000 }, () => '');
    expect(validators['shopverse.product.v1.BatchGetProductsRequest']?.(BatchGetProductsRequest.fromPartial({ ids }))).toHaveLength(
      mostViolations,
    );
  });
});

describe('generateValidators', () => {
  const folder = join(proto, `.gen-${randomUUID()}`);
  const fixture = { text: '', contracts: shop };
  const messages = ['Strings', 'Numbers', 'Presence', 'Lists', 'Times', 'Tree', 'Plain'];

  beforeAll(async () => {
    fixture.text = await readFile(join(import.meta.dirname, 'testing/every_rule.proto'), 'utf8');
    fixture.contracts = await generateFixture({ 'fixture/v1/every_rule.proto': fixture.text }, folder);
    await writeFile(join(folder, 'validators.ts'), generateValidators(fixture.contracts));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(messages)('compiles every rule it knows to what protovalidate does: %s', async (name) => {
    const desc = fixture.contracts.registry.getMessage(`shopverse.fixture.v1.${name}`);
    if (desc === undefined) throw new Error(`The fixture has no message ${name}.`);
    await expectSameViolations(folder, fixture.contracts, desc, 300);
  });

  it('has all of the fixture compared', () => {
    expect(methodsOf(fixture.contracts).map(({ input }) => input.name)).toEqual(messages);
  });

  it.each([
    ['a rule it does not know', 'string text = 1 [(buf.validate.field).string.ulid = true];', /Ask\.text has the rule string\.ulid/],
    [
      'a rule on items it does not know',
      'repeated bytes all = 1 [(buf.validate.field).repeated.items.bytes.ip = true];',
      /Ask\.all\[\] has the rule bytes\.ip/,
    ],
    [
      'uniqueness of what has no simple equality',
      'repeated bytes all = 1 [(buf.validate.field).repeated.unique = true];',
      /repeated\.unique/,
    ],
    [
      'a CEL rule of a field',
      'string text = 1 [(buf.validate.field).cel = { id: "a", expression: "true" }];',
      /Ask\.text has the rule cel/,
    ],
    ['a CEL rule of a message', 'option (buf.validate.message).cel = { id: "a", expression: "true" };', /Ask has a CEL rule/],
    [
      'rules of another type',
      'google.protobuf.Timestamp at = 1 [(buf.validate.field).string.len = 1];',
      /has string rules, but takes timestamp rules/,
    ],
    ['rules on a map', 'map<string, string> map = 1 [(buf.validate.field).map.min_pairs = 1];', /Ask\.map is a map with rules/],
    ['rules in the values of a map', 'map<string, Item> map = 1;', /Ask\.map is a map with rules/],
    ['required items', 'repeated string all = 1 [(buf.validate.field).repeated.items.required = true];', /repeated\.items\.required/],
    [
      'a bound finer than code can see',
      'google.protobuf.Timestamp at = 1 [(buf.validate.field).timestamp.lt = { nanos: 1 }];',
      /finer than a millisecond/,
    ],
    ['a pattern JavaScript reads differently', 'string text = 1 [(buf.validate.field).string.pattern = "(?i)a"];', /"\(\?" has no equal/],
    ['a oneof rule about no field', 'option (buf.validate.message).oneof = { fields: ["nothing"] };', /names "nothing" in a oneof rule/],
  ])('refuses %s, rather than leave it unchecked', async (_, members, sentence) => {
    const text = `syntax = "proto3";
package shopverse.ask.v1;
import "buf/validate/validate.proto";
import "google/protobuf/timestamp.proto";
service AskService { rpc Run(Ask) returns (Ask); }
message Ask { ${members} repeated Item items = 9; google.protobuf.Timestamp time = 10; }
message Item { string name = 1 [(buf.validate.field).string.min_len = 1]; }`;
    const contracts = await compile({ 'ask/v1/ask.proto': text });
    expect(() => generateValidators(contracts)).toThrow(sentence);
  });
});
