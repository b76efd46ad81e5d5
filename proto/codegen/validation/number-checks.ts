import type { Check } from './check.ts';
import { listOf } from './check.ts';
import { literal, rangeChecks } from './range-checks.ts';
import type { RuleSet } from './rule-set.ts';

/** The rules of all number types: bounds, const, in, not_in; finite for floats. */
export function numberChecks(rules: RuleSet): Check[] {
  return [
    ...constCheck(rules),
    ...rangeChecks<number | bigint>(rules, { operand: 'value', operandOf: (bound) => bound, print: String }),
    ...membershipChecks(rules),
    ...(rules.take<boolean>('finite')
      ? [{ fails: '!Number.isFinite(value)', ruleId: `${rules.group}.finite`, message: 'must be finite' }]
      : []),
  ];
}

/** The rules of enums, by number. `defined` are the numbers the enum declares. */
export function enumChecks(rules: RuleSet, defined: readonly number[]): Check[] {
  const message = 'value must be one of the defined enum values';
  return [
    ...(rules.take<boolean>('defined_only') ? [{ fails: `!(${equalsOneOf(defined)})`, ruleId: 'enum.defined_only', message }] : []),
    ...constCheck(rules),
    ...membershipChecks(rules),
  ];
}

function constCheck(rules: RuleSet): Check[] {
  const value = rules.take<number | bigint>('const');
  if (value === undefined) return [];
  return [{ fails: `value !== ${literal(value)}`, ruleId: `${rules.group}.const`, message: `must equal ${value}` }];
}

function membershipChecks(rules: RuleSet): Check[] {
  const allowed = rules.take<readonly (number | bigint)[]>('in');
  const refused = rules.take<readonly (number | bigint)[]>('not_in');
  const checks: Check[] = [];
  if (allowed) {
    checks.push({ fails: `!(${equalsOneOf(allowed)})`, ruleId: `${rules.group}.in`, message: `must be in list ${listOf(allowed)}` });
  }
  if (refused) {
    checks.push({ fails: equalsOneOf(refused), ruleId: `${rules.group}.not_in`, message: `must not be in list ${listOf(refused)}` });
  }
  return checks;
}

const equalsOneOf = (values: readonly (number | bigint)[]): string => values.map((value) => `value === ${literal(value)}`).join(' || ');
