import type { Check } from './check.ts';
import { listOf } from './check.ts';
import type { RuleSet } from './rule-set.ts';

/** The rule of booleans. */
export function boolChecks(rules: RuleSet): Check[] {
  const exact = rules.take<boolean>('const');
  return exact === undefined ? [] : [{ fails: `value !== ${exact}`, ruleId: 'bool.const', message: `must equal ${exact}` }];
}

/** The lengths of bytes. */
export function bytesChecks(rules: RuleSet): Check[] {
  const lengths = { len: ['!==', ''], min_len: ['<', 'at least '], max_len: ['>', 'at most '] } as const;
  return Object.entries(lengths).flatMap(([name, [fails, words]]) => {
    const length = rules.take<bigint>(name);
    if (length === undefined) return [];
    return [{ fails: `value.length ${fails} ${length}`, ruleId: `bytes.${name}`, message: `must be ${words}${length} bytes` }];
  });
}

/** The rules of field masks: which paths, or paths below them, may and may not be named. */
export function fieldMaskChecks(rules: RuleSet): Check[] {
  const checks: Check[] = [];
  const allowed = rules.take<readonly string[]>('in');
  if (allowed) {
    const fails = `!value.every((path) => ${covers(allowed)})`;
    checks.push({ fails, ruleId: 'field_mask.in', message: `must only contain paths in ${listOf(allowed)}` });
  }
  const refused = rules.take<readonly string[]>('not_in');
  if (refused) {
    const fails = `value.some((path) => ${covers(refused)})`;
    checks.push({ fails, ruleId: 'field_mask.not_in', message: `must not contain any paths in ${listOf(refused)}` });
  }
  return checks;
}

const covers = (paths: readonly string[]): string =>
  paths.map((path) => `path === ${JSON.stringify(path)} || path.startsWith(${JSON.stringify(`${path}.`)})`).join(' || ');

/** The rules of lists as a whole; `comparable` says whether `===` tells its items apart. */
export function listChecks(rules: RuleSet, comparable: boolean): Check[] {
  const checks: Check[] = [];
  const min = rules.take<bigint>('min_items');
  if (min !== undefined) {
    checks.push({ fails: `value.length < ${min}`, ruleId: 'repeated.min_items', message: `must contain at least ${min} item(s)` });
  }
  const max = rules.take<bigint>('max_items');
  if (max !== undefined) {
    checks.push({ fails: `value.length > ${max}`, ruleId: 'repeated.max_items', message: `must contain no more than ${max} item(s)` });
  }
  if (comparable && rules.take<boolean>('unique')) {
    checks.push({ fails: '!isUnique(value)', ruleId: 'repeated.unique', message: 'repeated value must contain unique items' });
  }
  return checks;
}
