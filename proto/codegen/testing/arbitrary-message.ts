import { create, getOption, ScalarType } from '@bufbuild/protobuf';
import type { DescField, DescMessage, Message } from '@bufbuild/protobuf';
import { reflect, reflectList } from '@bufbuild/protobuf/reflect';
import { FieldRulesSchema, field as fieldOption } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import fc from 'fast-check';
import { hintsOf } from './hints.ts';
import type { Hints } from './hints.ts';

/** Random messages of a type, of which many keep their rules and many miss them by a hair. */
export function arbitraryMessage(desc: DescMessage, depth = 0): fc.Arbitrary<Message> {
  const members = desc.members
    .filter((member) => member.kind === 'oneof' || member.fieldKind !== 'map')
    .map((member) => {
      if (member.kind === 'field') return fc.option(fieldWithValue(member, depth), { nil: undefined, freq: 4 });
      return fc.option(fc.oneof(...member.fields.map((field) => fieldWithValue(field, depth))), { nil: undefined });
    });
  return fc.tuple(...members).map((fields) => {
    const message = reflect(desc, create(desc));
    for (const entry of fields) if (entry !== undefined) message.set(entry.field, entry.value);
    return message.message;
  });
}

const fieldWithValue = (field: DescField, depth: number): fc.Arbitrary<{ field: DescField; value: unknown }> =>
  fieldValue(field, depth).map((value) => ({ field, value }));

function fieldValue(field: DescField, depth: number): fc.Arbitrary<unknown> {
  const hints = hintsOf(FieldRulesSchema, getOption(field, fieldOption));
  const item = value(field, hints, depth);
  if (field.fieldKind !== 'list') return item;
  const lengths = hints.numbers.filter((number) => number >= 0 && number <= 220);
  const few = field.message && depth > 1 ? 1 : 4;
  const ofLength = (length: number): fc.Arbitrary<unknown[]> => {
    // Messages take long to make, so that a long list has a few of them, again and again.
    const made = field.message ? Math.min(length, 4) : length;
    return fc.array(item, { minLength: made, maxLength: made }).map((some) => Array.from({ length }, (_, index) => some[index % made]));
  };
  const listOf = (items: unknown[]): unknown => {
    const list = reflectList(field);
    for (const each of items) list.add(each);
    return list;
  };
  return fc.oneof(fc.array(item, { maxLength: few }), ...lengths.filter((length) => depth < 2 || length < 4).map(ofLength)).map(listOf);
}

function value(field: DescField, hints: Hints, depth: number): fc.Arbitrary<unknown> {
  if (field.enum) return fc.constantFrom(...field.enum.values.map(({ number }) => number), 7, -1);
  if (field.message) return messageValue(field.message, hints, depth).map((message) => reflect(field.message, message));
  switch (field.scalar) {
    case ScalarType.STRING:
      return strings(hints);
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 4 });
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.FLOAT:
      return fc.oneof(fc.float(), fc.constantFrom(...hints.numbers.map(Math.fround), NaN, Infinity, -0));
    case ScalarType.DOUBLE:
      return fc.oneof(fc.double(), fc.constantFrom(...hints.numbers, NaN, Infinity, -0));
    default:
      return integers(field.scalar ?? ScalarType.INT32, hints);
  }
}

function integers(scalar: ScalarType, { integers: near }: Hints): fc.Arbitrary<number | bigint> {
  const is64 = /64/.test(ScalarType[scalar]);
  const unsigned = /^(U|FIXED)/.test(ScalarType[scalar]);
  const bits = is64 ? 64n : 32n;
  const [min, max] = unsigned ? [0n, (1n << bits) - 1n] : [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
  const inRange = [0n, 1n, min, max, ...near].filter((number) => number >= min && number <= max);
  return fc.oneof(fc.constantFrom(...inRange), fc.bigInt({ min, max })).map((number) => (is64 ? number : Number(number)));
}

function strings({ strings: near, numbers: lengths, patterns }: Hints): fc.Arbitrary<string> {
  const ofLength = (length: number): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom('a', 'Z', ' ', '-', 'é', '💡'), minLength: length, maxLength: length });
  const formats = [
    fc.uuid(),
    fc.emailAddress(),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.domain(),
    fc.ipV4(),
    fc.ipV6(),
  ];
  const oddities = [
    '',
    ' ',
    'a@b',
    'http://[::1%25en0]:80/%41?q#f',
    'urn:x',
    '//x',
    'a:',
    'http://%ff',
    'http://[::ffff:1.2.3.4]',
    '1.2.3.04',
  ];
  const more = [
    '::1%eth0',
    'fe80::%',
    '1.2.3',
    'a-.b',
    'x.1',
    'x.',
    '[::1]',
    'http://a@b:c@d/',
    'http://a b',
    'http://[v1.a]',
    'ab\u2028c',
    'A\u00a0b',
  ];
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom(...oddities, ...more, ...near),
    fc.tuple(fc.constantFrom('', ...near), fc.string({ maxLength: 2 }), fc.constantFrom('', ...near)).map((parts) => parts.join('')),
    ...patterns.map((pattern) => fc.stringMatching(pattern)),
    ...lengths.filter((length) => length >= 0 && length < 400).map(ofLength),
    ...formats,
  );
}

function messageValue(desc: DescMessage, hints: Hints, depth: number): fc.Arbitrary<Message> {
  const build = (init: Record<string, unknown>): Message => create(desc, init);
  switch (desc.typeName) {
    case 'google.protobuf.Timestamp': {
      const moments = [...hints.milliseconds, Date.now() - 7e6, Date.now() + 7e6, Date.now() - 1e6, Date.now() + 1e6];
      const dates = fc.date({ min: new Date(-62_135_596_800_000), max: new Date(253_402_300_799_999), noInvalidDate: true });
      return fc
        .oneof(
          fc.constantFrom(...moments),
          dates.map((date) => date.getTime()),
        )
        .map((milliseconds) => {
          const seconds = Math.floor(milliseconds / 1000);
          return build({ seconds: BigInt(seconds), nanos: (milliseconds - seconds * 1000) * 1_000_000 });
        });
    }
    case 'google.protobuf.Duration': {
      const amounts = hints.milliseconds.flatMap((ms) => [BigInt(ms) * 1_000_000n, BigInt(ms) * 1_000_000n + 5n]);
      return fc
        .oneof(fc.constantFrom(0n, 5n, ...amounts), fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }))
        .map((nanos) => build({ seconds: nanos / 1_000_000_000n, nanos: Number(nanos % 1_000_000_000n) }));
    }
    case 'google.protobuf.FieldMask': {
      const path = fc
        .tuple(fc.constantFrom('x', ...hints.strings), fc.constantFrom('', '.a', '_b', '.city'))
        .map((parts) => parts.join(''));
      return fc.array(path, { maxLength: 3 }).map((paths) => build({ paths }));
    }
    default:
      return depth > 2 ? fc.constant(create(desc)) : fc.constant(desc).chain((inner) => arbitraryMessage(inner, depth + 1));
  }
}
