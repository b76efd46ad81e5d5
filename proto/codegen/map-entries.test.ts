import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { create, toBinary } from '@bufbuild/protobuf';
import { ErrorInfo } from '../gen/google/rpc/error_details.ts';
import type { Codec } from '../runtime/event-type.ts';
import type { Contracts } from './contracts.ts';
import { writeMapEntriesInFull } from './map-entries.ts';
import { generateFixture } from './testing/workspace.ts';

const bytes = (codec: Codec<object>, message: object): string => Buffer.from(codec.encode(message).finish()).toString('hex');

describe('the entries of maps on the wire', () => {
  const folder = join(import.meta.dirname, '..', `.gen-${randomUUID()}`);
  const generated: { contracts?: Contracts; codecs: Readonly<Record<string, Codec<object>>> } = { codecs: {} };

  beforeAll(async () => {
    const text = `syntax = "proto3";
package shopverse.maps.v1;
import "buf/validate/validate.proto";
import "google/api/annotations.proto";
message Maps {
  map<string, string> texts = 1;
  map<int32, bool> flags = 2;
  map<bool, double> numbers = 3;
  map<string, bytes> data = 4;
  map<string, Kind> kinds = 5;
  map<string, Inner> inner = 6;
}
message Inner { int64 id = 1 [(buf.validate.field).int64.gte = 0]; }
enum Kind { KIND_UNSPECIFIED = 0; KIND_A = 1; }
service Uses { rpc Use(Maps) returns (Maps) { option (google.api.http) = { get: "/v1/maps" }; } }`;
    generated.contracts = await generateFixture({ 'maps/v1/maps.proto': text }, folder);
    await writeMapEntriesInFull(folder);
    generated.codecs = (await import(join(folder, 'shopverse/maps/v1/maps.ts'))) as typeof generated.codecs;
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['texts', { '': '' }],
    ['texts', { key: '' }],
    ['flags', { 0: false }],
    ['numbers', { false: 0 }, new Map([[false, 0]])],
    ['data', { '': new Uint8Array() }],
    ['kinds', { '': 0 }],
    ['inner', { '': { id: 0n } }],
  ])('has both key and value when they are defaults, as other languages write them: %s', (field, map: object, own: object = map) => {
    const desc = generated.contracts?.registry.getMessage('shopverse.maps.v1.Maps');
    const codec = generated.codecs['Maps'];
    if (desc === undefined || codec === undefined) throw new Error('Maps was not generated.');
    const others = Buffer.from(toBinary(desc, create(desc, { [field]: map }))).toString('hex');
    const empty = { texts: {}, flags: {}, numbers: new Map(), data: {}, kinds: {}, inner: {} };
    expect(bytes(codec, { ...empty, [field]: own })).toBe(others);
  });

  it('is so for google.rpc.ErrorInfo, which every error carries', () => {
    // Field 3, four bytes: field 1 (the key) empty, field 2 (the value) empty.
    expect(bytes(ErrorInfo, { reason: '', domain: '', metadata: { '': '' } })).toBe('1a040a001200');
  });
});
