import { ScalarType, type DescEnum, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { commentOf } from '../rest/comments.ts';
import { isAlwaysThere, wellKnown, type Direction, type SchemaNames } from '../rest/schema-names.ts';

/** Where a type is in the client's gen/: the module's name without its ending, and the type's. */
export interface TypePlace {
  readonly module: string;
  readonly name: string;
}

/** `shopverse.order.v1` -> `order`; `google.type` -> `google-type`. */
const moduleOf = (type: DescMessage | DescEnum): string =>
  type.file.proto.package.replace(/^shopverse\.(\w+)\.v1$/, '$1').replaceAll('.', '-');

/** The place of a message, as requests or answers have it, or of an enum. */
export function placeOf(type: DescMessage | DescEnum, direction: Direction, names: SchemaNames): TypePlace {
  const inPackage = type.typeName.slice(type.file.proto.package.length + 1).replaceAll('.', '_');
  return { module: moduleOf(type), name: inPackage + (names.nameOf(type, direction).endsWith('Input') && !type.name.endsWith('Input') ? 'Input' : '') };
} // prettier-ignore

/** The modules of types, by name: what clients send and get in proto3 JSON. */
export function typeModules(names: SchemaNames): ReadonlyMap<string, string> {
  const declarations = new Map<string, string[]>();
  const imports = new Map<string, Set<string>>();
  const declare = (module: string, text: string, uses: readonly TypePlace[]): void => {
    declarations.set(module, [...(declarations.get(module) ?? []), text]);
    const used = imports.get(module) ?? new Set();
    imports.set(module, used);
    for (const use of uses) if (use.module !== module) used.add(`import type { ${use.name} } from './${use.module}.ts';`);
  };
  const declareMessage = (message: DescMessage, direction: Direction): void => {
    const uses: TypePlace[] = [];
    const note = (place: TypePlace): string => (uses.push(place), place.name);
    const { module, name } = placeOf(message, direction, names);
    const fields = message.fields.map((field) => fieldLines(field, direction, (type) => note(placeOf(type, direction, names))));
    declare(module, `${docs(commentOf(message))}export interface ${name} {\n${fields.join('')}}\n`, uses);
  };
  for (const type of names.enums) {
    const { module, name } = placeOf(type, 'output', names);
    const values = type.values.map((value) => `${docs(commentOf(value), '  ')}  | '${value.name}'`).join('\n');
    declare(module, `${docs(commentOf(type))}export type ${name} =\n${values};\n`, []);
  }
  for (const message of names.inputs) declareMessage(message, 'input');
  for (const message of names.outputs) if (!names.inputs.has(message) || hasTwoForms(message, names)) declareMessage(message, 'output');
  return new Map(
    [...declarations].map(([module, texts]) => [module, [header, ...[...(imports.get(module) ?? [])].sort(), '', ...texts].join('\n')]),
  );
}

const hasTwoForms = (message: DescMessage, names: SchemaNames): boolean =>
  placeOf(message, 'input', names).name !== placeOf(message, 'output', names).name;

/** First line of every generated file. */
export const header = '// Generated from the contracts in proto/shopverse. Do not edit.';

function fieldLines(field: DescField, direction: Direction, nameOf: (type: DescMessage | DescEnum) => string): string {
  const single = fieldType(field, direction, nameOf);
  const type = field.fieldKind === 'list' ? `readonly ${/[ |]/.test(single) ? `(${single})` : single}[]` : single;
  const mark = isAlwaysThere(field, direction) ? '' : '?';
  const absent = mark === '?' && direction === 'input' ? ' | undefined' : '';
  return `${docs(commentOf(field), '  ')}  readonly ${field.jsonName}${mark}: ${type}${absent};\n`;
}

function fieldType(field: DescField, direction: Direction, nameOf: (type: DescMessage | DescEnum) => string): string {
  if (field.enum) return nameOf(field.enum);
  if (field.message) return wellKnown(field.message) ? wellKnownType(field.message, direction) : nameOf(field.message);
  return scalarType(field.scalar, direction);
}

function scalarType(scalar: ScalarType | undefined, direction: Direction): string {
  switch (scalar) {
    case ScalarType.BOOL:
      return 'boolean';
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return 'string';
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      // Text in JSON, as numbers are exact up to 2^53 only.
      return direction === 'input' ? 'string | number | bigint' : 'string';
    default:
      return 'number';
  }
}

/** The TypeScript of a well-known type in JSON. */
export function wellKnownType(message: DescMessage, direction: Direction): string {
  switch (message.typeName) {
    case 'google.protobuf.Timestamp':
      return direction === 'input' ? 'string | Date' : 'string';
    case 'google.protobuf.Duration':
    case 'google.protobuf.FieldMask':
      return 'string';
    case 'google.protobuf.Empty':
      return 'Readonly<Record<string, never>>';
    case 'google.protobuf.Struct':
    case 'google.protobuf.Any':
      return 'Readonly<Record<string, unknown>>';
    case 'google.protobuf.ListValue':
      return 'readonly unknown[]';
    case 'google.api.HttpBody':
      return direction === 'input' ? 'string | Uint8Array<ArrayBuffer> | Blob' : 'Blob';
    case 'google.protobuf.Value':
      return 'unknown';
    default: {
      const [value] = message.fields;
      return message.fields.length === 1 && value?.fieldKind === 'scalar' ? `${scalarType(value.scalar, direction)} | null` : 'unknown';
    }
  }
}

/** A comment as JSDoc. */
export function docs(comment: string, indent = ''): string {
  const lines = comment.replaceAll('*/', '* /').split('\n');
  if (comment === '') return '';
  if (lines.length === 1) return `${indent}/** ${comment} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}
