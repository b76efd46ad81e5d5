import { getOption, hasOption, ScalarType, toJson, type DescField } from '@bufbuild/protobuf';
import { FieldRulesSchema, field as fieldOption } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';

/** A JSON Schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

/** buf.validate.FieldRules in Protobuf's JSON: 64-bit numbers are text. */
interface Rules {
  readonly required?: boolean;
  readonly ignore?: string;
  readonly string?: StringRules;
  readonly repeated?: { readonly minItems?: string; readonly maxItems?: string; readonly unique?: boolean; readonly items?: Rules };
  readonly enum?: { readonly const?: number; readonly in?: readonly number[]; readonly notIn?: readonly number[] };
  readonly bytes?: { readonly minLen?: string; readonly len?: string };
  readonly fieldMask?: { readonly in?: readonly string[] };
  readonly [numbers: string]: unknown;
}

interface StringRules {
  readonly const?: string;
  readonly len?: string;
  readonly minLen?: string;
  readonly maxLen?: string;
  readonly pattern?: string;
  readonly prefix?: string;
  readonly in?: readonly string[];
  readonly email?: boolean;
  readonly uri?: boolean;
  readonly uuid?: boolean;
  readonly hostname?: boolean;
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
}

interface NumberRules {
  readonly const?: number | string;
  readonly gt?: number | string;
  readonly gte?: number | string;
  readonly lt?: number | string;
  readonly lte?: number | string;
  readonly in?: readonly (number | string)[];
}

function rulesOf(field: DescField): Rules {
  if (!hasOption(field, fieldOption)) return {};
  return toJson(FieldRulesSchema, getOption(field, fieldOption)) as Rules;
}

/** Whether a request without the field, or with its zero value, is refused. */
export function isRequired(field: DescField): boolean {
  const rules = rulesOf(field);
  if (rules.required === true) return true;
  if (rules.ignore !== undefined || field.oneof !== undefined || field.proto.proto3Optional) return false;
  if (field.fieldKind === 'list') return Number(rules.repeated?.minItems ?? 0) > 0;
  if (field.message !== undefined) return false;
  if (field.enum !== undefined) return rules.enum?.notIn?.includes(0) === true || excludesZero(rules.enum ?? {});
  if (field.scalar === ScalarType.STRING) return refusesEmpty(rules.string ?? {});
  if (field.scalar === ScalarType.BYTES) return Number(rules.bytes?.minLen ?? rules.bytes?.len ?? 0) > 0;
  return excludesZero(numberRules(rules));
}

function refusesEmpty(rules: StringRules): boolean {
  if (Number(rules.minLen ?? rules.len ?? 0) > 0 || (rules.prefix ?? '') !== '' || (rules.const ?? '') !== '') return true;
  if (rules.in !== undefined) return !rules.in.includes('');
  if (rules.pattern !== undefined) return !new RegExp(rules.pattern, 'u').test('');
  return [rules.email, rules.uri, rules.uuid, rules.hostname, rules.ipv4, rules.ipv6].some((format) => format === true);
}

function excludesZero({ const: only, gt, gte, lt, lte, in: some }: NumberRules): boolean {
  if (only !== undefined) return Number(only) !== 0;
  if (some !== undefined) return !some.map(Number).includes(0);
  const below = (gt !== undefined && Number(gt) >= 0) || (gte !== undefined && Number(gte) > 0);
  const above = (lt !== undefined && Number(lt) <= 0) || (lte !== undefined && Number(lte) < 0);
  return below || above;
}

/** The rules of a field as keywords of JSON Schema, for a list its items' within `items`. */
export function limitsOf(field: DescField): Schema {
  const rules = rulesOf(field);
  if (field.fieldKind !== 'list') return limits(rules);
  const { minItems, maxItems, unique, items } = rules.repeated ?? {};
  return {
    ...(minItems !== undefined && { minItems: Number(minItems) }),
    ...(maxItems !== undefined && { maxItems: Number(maxItems) }),
    ...(unique === true && { uniqueItems: true }),
    ...(items !== undefined && { items: limits(items) }),
  };
}

function limits(rules: Rules): Schema {
  if (rules.string !== undefined) return stringLimits(rules.string);
  if (rules.fieldMask?.in !== undefined) {
    const paths = rules.fieldMask.in.map(camelCase);
    return { pattern: `^(${paths.map((path) => path.replaceAll('.', '\\.')).join('|')})(,(${paths.map((path) => path.replaceAll('.', '\\.')).join('|')}))*$` }; // prettier-ignore
  }
  const { const: only, gt, gte, lt, lte, in: some } = numberRules(rules);
  return {
    ...(only !== undefined && { const: Number(only) }),
    ...(gt !== undefined && { exclusiveMinimum: Number(gt) }),
    ...(gte !== undefined && { minimum: Number(gte) }),
    ...(lt !== undefined && { exclusiveMaximum: Number(lt) }),
    ...(lte !== undefined && { maximum: Number(lte) }),
    ...(some !== undefined && { enum: some.map(Number) }),
  };
}

function stringLimits(rules: StringRules): Schema {
  const format = (['email', 'uri', 'uuid', 'hostname', 'ipv4', 'ipv6'] as const).find((name) => rules[name] === true);
  const [min, max] = [rules.minLen ?? rules.len, rules.maxLen ?? rules.len];
  return {
    ...(rules.const !== undefined && { const: rules.const }),
    ...(rules.in !== undefined && { enum: rules.in }),
    ...(min !== undefined && { minLength: Number(min) }),
    ...(max !== undefined && { maxLength: Number(max) }),
    ...(rules.pattern !== undefined && { pattern: rules.pattern }),
    ...(format !== undefined && { format }),
  };
}

const numberKinds = ['float', 'double', 'int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64', 'fixed32', 'fixed64', 'sfixed32', 'sfixed64']; // prettier-ignore

/** Rules of numbers, whichever kind. Those of timestamps and durations have no keyword in JSON Schema. */
function numberRules(rules: Rules): NumberRules {
  const kind = numberKinds.find((name) => rules[name] !== undefined);
  return kind === undefined ? {} : (rules[kind] as NumberRules);
}

/** A path of a field mask as its JSON has it. */
const camelCase = (path: string): string => path.replaceAll(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
