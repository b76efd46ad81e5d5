import { getOption, hasOption } from '@bufbuild/protobuf';
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { Ignore, field as fieldOption } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import type { FieldRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { GenerationError } from '../generation-error.ts';
import type { Check } from './check.ts';
import { listChecks } from './other-checks.ts';
import { hasPresence, isNotZero, isSet, valueOf } from './presence.ts';
import { RuleSet } from './rule-set.ts';
import { valueChecks } from './value-checks.ts';

/** What the statements may use of the module around them. */
export interface Scope {
  /** The name of the function that checks messages of a type; undefined when nothing in it can break a rule. */
  functionOf(message: DescMessage): string | undefined;
  /** Declarations outside of the functions; to be added to. */
  readonly constants: Set<string>;
}

/**
 * Statements that check one field of `message` and put what they find into `found`; none when nothing can break. `ignoredWhenZero` is for
 * the fields of a (buf.validate.message).oneof, which are checked when set.
 */
export function fieldStatements(field: DescField, scope: Scope, ignoredWhenZero: boolean): string[] {
  const rules = hasOption(field, fieldOption) ? getOption(field, fieldOption) : undefined;
  const ignore = rules?.ignore || (ignoredWhenZero ? Ignore.IF_ZERO_VALUE : Ignore.UNSPECIFIED);
  if (ignore === Ignore.ALWAYS) return [];
  const where = `${field.parent.typeName}.${field.name}`;
  const statements = field.fieldKind === 'list' ? list(field, rules, where, scope) : singular(field, rules, where, scope);
  const block = ['{', ...(statements.length > 0 ? [declaration(field)] : []), ...statements, '}'];
  if (rules?.required) {
    const missing = `found = add(found, ${JSON.stringify(field.name)}, 'required', 'value is required')`;
    return statements.length === 0 ? [`if (!(${isSet(field)})) ${missing}`] : [`if (${isSet(field)})`, ...block, `else ${missing}`];
  }
  if (statements.length === 0) return [];
  return ignore === Ignore.IF_ZERO_VALUE || hasPresence(field) ? [`if (${isSet(field)})`, ...block] : block;
}

/** Enums are compared as the numbers they are: a client may send one that has no name. */
const declaration = (field: DescField): string => {
  const type = field.enum ? (field.fieldKind === 'list' ? ': readonly number[]' : ': number') : '';
  return `const value${type} = ${valueOf(field)}`;
};

function singular(field: DescField, rules: FieldRules | undefined, where: string, scope: Scope): string[] {
  if (field.fieldKind === 'map') {
    if (rules === undefined && (field.message === undefined || scope.functionOf(field.message) === undefined)) return [];
    throw new GenerationError(`${where} is a map with rules, which the generated validators don't know. Use a list of messages.`);
  }
  const name = JSON.stringify(field.name);
  const checks = valueChecks(field, rules, where).map((check) => statement(scope, check, name));
  const nested = field.message && scope.functionOf(field.message);
  return nested === undefined ? checks : [...checks, `found = within(${name}, count(found), ${nested}(value, found))`];
}

function list(field: DescField, rules: FieldRules | undefined, where: string, scope: Scope): string[] {
  const ruleSet = new RuleSet(where, 'repeated', rules);
  const comparable = field.message === undefined && !isNotZero(field, '').includes('.length');
  const checks = listChecks(ruleSet, comparable).map((check) => statement(scope, check, JSON.stringify(field.name)));
  const items = itemStatements(field, ruleSet.take<FieldRules>('items'), where, scope);
  ruleSet.end();
  if (items.length === 0) return checks;
  const item = `const value = list[i]!`;
  return [...checks, 'const list = value', 'for (let i = 0; i < list.length; i++) {', item, ...items, '}'];
}

function itemStatements(field: DescField, rules: FieldRules | undefined, where: string, scope: Scope): string[] {
  if (rules?.required)
    throw new GenerationError(`${where} has the rule repeated.items.required, which means nothing: items are always there.`);
  if (rules?.ignore === Ignore.ALWAYS) return [];
  const path = `\`${field.name}[\${i}]\``;
  const statements = valueChecks(field, rules, `${where}[]`).map((check) => statement(scope, check, path));
  const nested = field.message && scope.functionOf(field.message);
  if (nested !== undefined) {
    statements.push(`found = withinItem(${JSON.stringify(field.name)}, i, count(found), ${nested}(value, found))`);
  }
  if (rules?.ignore !== Ignore.IF_ZERO_VALUE || field.message || statements.length === 0) return statements;
  return [`if (${isNotZero(field, 'value')}) {`, ...statements, '}'];
}

function statement(scope: Scope, { fails, ruleId, message, constant }: Check, path: string): string {
  if (constant !== undefined) scope.constants.add(constant);
  return `if (${fails}) found = add(found, ${path}, ${JSON.stringify(ruleId)}, ${JSON.stringify(message)})`;
}
