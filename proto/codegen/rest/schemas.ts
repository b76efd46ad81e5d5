import { ScalarType, type DescEnum, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { commentOf } from './comments.ts';
import { limitsOf, type Schema } from './limits.ts';
import { isAlwaysThere, type Direction, type SchemaNames } from './schema-names.ts';

/** `#/components/schemas/…` of every message and enum clients meet, by name in alphabetical order. */
export function componentSchemas(names: SchemaNames): Readonly<Record<string, Schema>> {
  const schemas = [
    ...[...names.inputs].map((message): [string, Schema] => [names.nameOf(message, 'input'), objectSchema(message, 'input', names)]),
    ...[...names.outputs].map((message): [string, Schema] => [names.nameOf(message, 'output'), objectSchema(message, 'output', names)]),
    ...[...names.enums].map((type): [string, Schema] => [names.nameOf(type, 'output'), enumSchema(type)]),
  ];
  return Object.fromEntries(schemas.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** An object of proto3 JSON. `fields`: those that are in it. @default all */
export function objectSchema(message: DescMessage, direction: Direction, names: SchemaNames, fields: readonly DescField[] = message.fields): Schema {
  const required = fields.filter((field) => isAlwaysThere(field, direction)).map((field) => field.jsonName);
  return {
    type: 'object',
    ...described(commentOf(message)),
    ...(fields.length > 0 && { properties: Object.fromEntries(fields.map((field) => [field.jsonName, fieldSchema(field, direction, names)])) }),
    ...(required.length > 0 && { required }),
  };
} // prettier-ignore

/** What one field's value may be; in requests with the limits of its rules. */
export function fieldSchema(field: DescField, direction: Direction, names: SchemaNames): Schema {
  const limits = direction === 'input' ? limitsOf(field) : {};
  const about = described([commentOf(field), aloneIn(field)].filter((text) => text !== '').join(' '));
  if (field.fieldKind !== 'list') return { ...withLimits(typeSchema(field, direction, names), limits), ...about };
  const { items = {}, ...ofList } = limits as { items?: Schema };
  return { type: 'array', items: withLimits(typeSchema(field, direction, names), items), ...ofList, ...about };
}

const described = (description: string): Schema => (description === '' ? {} : { description });

const aloneIn = (field: DescField): string =>
  field.oneof === undefined ? '' : `At most one of ${field.oneof.fields.map(({ jsonName }) => jsonName).join(', ')}.`;

const withLimits = (schema: Schema, limits: Schema): Schema => (Object.keys(limits).length === 0 ? schema : { ...schema, ...limits });

function typeSchema(field: DescField, direction: Direction, names: SchemaNames): Schema {
  if (field.enum) return reference(names.nameOf(field.enum, direction));
  if (field.message) return messageSchema(field.message, direction, names);
  switch (field.scalar) {
    case ScalarType.BOOL:
      return { type: 'boolean' };
    case ScalarType.STRING:
      return { type: 'string' };
    case ScalarType.BYTES:
      return { type: 'string', contentEncoding: 'base64' };
    case ScalarType.FLOAT:
      return { type: 'number', format: 'float' };
    case ScalarType.DOUBLE:
      return { type: 'number', format: 'double' };
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return { type: 'integer', minimum: 0, maximum: 4_294_967_295 };
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return { type: 'integer', format: 'int32', minimum: -2_147_483_648, maximum: 2_147_483_647 };
    default:
      return wholeNumber(field.scalar, direction);
  }
}

/** 64-bit numbers are text in answers, as JavaScript's numbers end at 2^53; requests may give either. */
function wholeNumber(scalar: ScalarType | undefined, direction: Direction): Schema {
  const unsigned = scalar === ScalarType.UINT64 || scalar === ScalarType.FIXED64;
  const text = { format: 'int64', pattern: unsigned ? '^[0-9]+$' : '^-?[0-9]+$' };
  return direction === 'output' ? { type: 'string', ...text } : { type: ['integer', 'string'], ...text };
}

/** The schema of a message's value: well-known types have a JSON of their own. */
export function messageSchema(message: DescMessage, direction: Direction, names: SchemaNames): Schema {
  switch (message.typeName) {
    case 'google.protobuf.Timestamp':
      return { type: 'string', format: 'date-time' };
    case 'google.protobuf.Duration':
      return { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]{1,9})?s$' };
    case 'google.protobuf.FieldMask':
      return { type: 'string' };
    case 'google.protobuf.Empty':
    case 'google.protobuf.Struct':
      return { type: 'object' };
    case 'google.protobuf.Any':
      return { type: 'object', properties: { '@type': { type: 'string' } }, required: ['@type'] };
    case 'google.protobuf.ListValue':
      return { type: 'array', items: {} };
    case 'google.protobuf.Value':
      return {};
    default:
      if (!message.typeName.startsWith('google.protobuf.')) return reference(names.nameOf(message, direction));
      return wrapped(message, direction, names);
  }
}

/** google.protobuf.StringValue and its like: the value, or null. */
function wrapped(message: DescMessage, direction: Direction, names: SchemaNames): Schema {
  const [value] = message.fields;
  if (value === undefined || message.fields.length !== 1) return { type: 'object' };
  const schema = typeSchema(value, direction, names);
  return { ...schema, type: [schema['type'], 'null'].flat() };
}

function enumSchema(type: DescEnum): Schema {
  const values = type.values.map((value) => ({ name: value.name, comment: commentOf(value) })).filter(({ name }) => !name.endsWith('_UNSPECIFIED'));
  const lines = values.filter(({ comment }) => comment !== '').map(({ name, comment }) => `- \`${name}\`: ${comment}`);
  const description = [commentOf(type), lines.join('\n')].filter((text) => text !== '').join('\n\n');
  return { type: 'string', enum: type.values.map(({ name }) => name), ...described(description) };
} // prettier-ignore

/** A reference to a schema of the document. */
export const reference = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
