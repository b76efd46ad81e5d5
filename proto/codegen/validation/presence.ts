import { ScalarType } from '@bufbuild/protobuf';
import type { DescField } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';

/** JavaScript for a field's value in ts-proto's `message`; members of a oneof are valid only where `isSet` holds. */
export const valueOf = (field: DescField): string =>
  field.oneof ? `message.${field.oneof.localName}.value` : `message.${field.localName}`;

/** Whether the field's presence shows in the message itself, so that an unset field has no value to check. */
export const hasPresence = (field: DescField): boolean => field.presence !== FeatureSet_FieldPresence.IMPLICIT;

/** JavaScript that tells whether a field of `message` is set: present, or without presence, not its type's zero value. */
export function isSet(field: DescField): string {
  if (field.oneof) return `message.${field.oneof.localName}?.$case === ${JSON.stringify(field.localName)}`;
  const value = valueOf(field);
  if (field.fieldKind === 'list') return `${value}.length > 0`;
  if (hasPresence(field)) return `${value} !== undefined`;
  // -0 equals zero, but it is written to the wire, so the field counts as set.
  if (field.scalar === ScalarType.FLOAT || field.scalar === ScalarType.DOUBLE) return `!Object.is(${value}, 0)`;
  return isNotZero(field, value);
}

/** JavaScript that tells whether `value`, of the type of a field or of its items, differs from the type's zero value. */
export function isNotZero(field: DescField, value: string): string {
  if (field.enum) return `${value} !== ${field.enum.values[0]?.number ?? 0}`;
  switch (field.scalar) {
    case ScalarType.STRING:
      return `${value} !== ''`;
    case ScalarType.BYTES:
      return `${value}.length > 0`;
    case ScalarType.BOOL:
      return value;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return `${value} !== 0n`;
    default:
      return `${value} !== 0`;
  }
}
