import { ScalarType } from '@bufbuild/protobuf';
import type { DescField } from '@bufbuild/protobuf';
import type { FieldRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import type { Check } from './check.ts';
import { enumChecks, numberChecks } from './number-checks.ts';
import { boolChecks, bytesChecks, fieldMaskChecks } from './other-checks.ts';
import { RuleSet } from './rule-set.ts';
import { stringChecks } from './string-checks.ts';
import { durationChecks, timestampChecks } from './time-checks.ts';

/**
 * The checks of one value: a singular field, or an item of a list. `where` names the field in errors. Throws GenerationError for rules of
 * another type, and for those that are not supported.
 */
export function valueChecks(field: DescField, rules: FieldRules | undefined, where: string): Check[] {
  const ruleSet = new RuleSet(where, groupOf(field), rules);
  const checks = checksOf(field, ruleSet, where);
  ruleSet.end();
  return checks;
}

function checksOf(field: DescField, rules: RuleSet, where: string): Check[] {
  if (field.enum)
    return enumChecks(
      rules,
      field.enum.values.map(({ number }) => number),
    );
  switch (rules.group) {
    case 'string':
      return stringChecks(rules, where);
    case 'bool':
      return boolChecks(rules);
    case 'bytes':
      return bytesChecks(rules);
    case 'timestamp':
      return timestampChecks(rules, where);
    case 'duration':
      return durationChecks(rules);
    case 'field_mask':
      return fieldMaskChecks(rules);
    case 'message':
      return [];
    default:
      return numberChecks(rules);
  }
}

/** The name in buf.validate.FieldRules of the rules that fit the field's type; "message" for messages, which have none. */
function groupOf(field: DescField): string {
  if (field.enum) return 'enum';
  if (field.message) return wellKnown[field.message.typeName] ?? 'message';
  return ScalarType[field.scalar ?? 0]?.toLowerCase() ?? '';
}

const wellKnown: Readonly<Record<string, string>> = {
  'google.protobuf.Timestamp': 'timestamp',
  'google.protobuf.Duration': 'duration',
  'google.protobuf.FieldMask': 'field_mask',
};
