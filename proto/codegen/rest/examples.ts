import { ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { limitsOf } from './limits.ts';
import { isAlwaysThere, type Direction } from './schema-names.ts';

/** A value of proto3 JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

const id = '0190a7f0-5c1e-7b3a-9d2f-4e8a6b1c0d35';
const moment = '2026-01-15T09:30:00Z';

/** What fields of these names hold in examples; the first pattern that fits counts. */
const byName: readonly (readonly [RegExp, string])[] = [
  [/email/i, 'asha@example.com'],
  [/phone/i, '+919876543210'],
  [/password/i, 'correct horse battery staple'],
  [/currencyCode/, 'INR'],
  [/countryCode/, 'IN'],
  [/postalCode/, '560001'],
  [/sku/i, 'KETTLE-1L'],
  [/url/i, 'https://images.example/kettle.jpg'],
  [/fullName|recipient/, 'Asha Rao'],
  [/street/, '12 MG Road'],
  [/city/, 'Bengaluru'],
  [/^state$/, 'Karnataka'],
  [/brand/, 'Meridian'],
  [/slug/, 'kettles'],
  [/pageToken/i, ''],
  [/etag/i, '"7"'],
  [/provider$/, 'razorpay'],
  [/^query$|^name$|title/i, 'Kettle'],
  [/timeZone/, 'Asia/Kolkata'],
  [/token/i, 'eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl'],
  [/(^id|Ids?|^ids)$/, id],
];

/** An example of a message; undefined when a required field has a rule that no value at hand keeps. */
export function exampleOf(message: DescMessage, direction: Direction, fields: readonly DescField[] = message.fields): Json | undefined {
  return example(direction, fields, 0);
}

function example(direction: Direction, fields: readonly DescField[], depth: number): Json | undefined {
  const shown: Record<string, Json> = {};
  for (const field of fields) {
    if (field.oneof !== undefined && field.oneof.fields[0] !== field) continue;
    const value = depth > 4 ? undefined : fieldExample(field, direction, depth);
    if (value !== undefined) shown[field.jsonName] = value;
    else if (isAlwaysThere(field, direction)) return undefined;
  }
  return shown;
}

/** An example of a field's value. */
export function fieldExample(field: DescField, direction: Direction, depth = 0): Json | undefined {
  if (field.fieldKind !== 'list') return single(field, limitsOf(field), direction, depth);
  const { items = {} } = limitsOf(field) as { items?: Readonly<Record<string, unknown>> };
  const item = single(field, items, direction, depth);
  return item === undefined ? undefined : [item];
}

function single(field: DescField, limits: Readonly<Record<string, unknown>>, direction: Direction, depth: number): Json | undefined {
  if (field.enum) return (field.enum.values[1] ?? field.enum.values[0])?.name;
  if (field.message) return messageExample(field.message, direction, depth);
  switch (field.scalar) {
    case ScalarType.BOOL:
      return true;
    case ScalarType.STRING:
      return text(field, limits, direction);
    case ScalarType.BYTES:
      return 'aGVsbG8=';
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return String(number(field, limits));
    default:
      return number(field, limits);
  }
}

function messageExample(message: DescMessage, direction: Direction, depth: number): Json | undefined {
  switch (message.typeName) {
    case 'google.protobuf.Timestamp':
      return moment;
    case 'google.protobuf.Duration':
      return '900s';
    case 'google.protobuf.FieldMask':
    case 'google.api.HttpBody':
      return undefined;
    case 'google.type.Money':
      return { currencyCode: 'INR', units: '1299', nanos: 0 };
    default:
      return message.typeName.startsWith('google.protobuf.') ? undefined : example(direction, message.fields, depth + 1);
  }
}

function number(field: DescField, limits: Readonly<Record<string, unknown>>): number {
  const least = typeof limits['minimum'] === 'number' ? limits['minimum'] : 0;
  if (field.name.includes('page_size')) return 20;
  return Math.max(least, field.name.includes('nanos') ? 0 : 1);
}

function text(field: DescField, limits: Readonly<Record<string, unknown>>, direction: Direction): string | undefined {
  const usual = byName.find(([name]) => name.test(field.jsonName))?.[1] ?? words(field);
  if (direction === 'output') return usual;
  const candidates = [usual, ...(Array.isArray(limits['enum']) ? [String(limits['enum'][0])] : []), id, ''];
  return candidates.find((candidate) => keeps(candidate, limits));
}

/** "failure_reason" -> "failure reason". */
const words = (field: DescField): string => field.name.replaceAll('_', ' ');

/** Whether a text keeps the limits of its field. */
function keeps(candidate: string, limits: Readonly<Record<string, unknown>>): boolean {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format, enum: some, const: only } = limits;
  const length = [...candidate].length;
  if (length < Number(minLength) || length > Number(maxLength)) return false;
  if (Array.isArray(some) && !some.includes(candidate)) return false;
  if (only !== undefined && only !== candidate) return false;
  if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(candidate)) return false;
  return typeof format !== 'string' || (formats[format]?.test(candidate) ?? false);
}

const formats: Readonly<Record<string, RegExp>> = { uuid: /^[0-9a-f-]{36}$/, email: /^\S+@\S+$/, uri: /^https:/ };
