import { toJson } from '@bufbuild/protobuf';
import { DurationSchema, TimestampSchema, timestampMs } from '@bufbuild/protobuf/wkt';
import type { Duration, Timestamp } from '@bufbuild/protobuf/wkt';
import { GenerationError } from '../generation-error.ts';
import type { Check } from './check.ts';
import { listOf } from './check.ts';
import { literal, rangeChecks } from './range-checks.ts';
import type { RuleSet } from './rule-set.ts';

/** The rules of timestamps. Code sees them as Dates, so bounds are whole milliseconds; `where` names the field in the error for others. */
export function timestampChecks(rules: RuleSet, where: string): Check[] {
  const milliseconds = (bound: Timestamp): number => {
    if (bound.nanos % 1_000_000 !== 0) throw new GenerationError(`${where} has a bound finer than a millisecond, which can't be checked.`);
    return timestampMs(bound);
  };
  const print = (bound: Timestamp): string => toJson(TimestampSchema, bound);
  const checks: Check[] = [
    { fails: '!isTimestamp(value)', ruleId: 'timestamp.range', message: 'must be in the years 1 to 9999' },
    ...rangeChecks<Timestamp>(rules, { operand: 'value.getTime()', operandOf: milliseconds, print }),
  ];
  const check = (fails: string, rule: string, message: string): unknown => checks.push({ fails, ruleId: `timestamp.${rule}`, message });
  const exact = rules.take<Timestamp>('const');
  if (exact) check(`value.getTime() !== ${milliseconds(exact)}`, 'const', `must equal ${print(exact)}`);
  if (rules.take<boolean>('lt_now')) check('value.getTime() > Date.now()', 'lt_now', 'must be less than now');
  if (rules.take<boolean>('gt_now')) check('value.getTime() < Date.now()', 'gt_now', 'must be greater than now');
  const within = rules.take<Duration>('within');
  if (within) {
    const span = Number(nanoseconds(within)) / 1e6;
    check(`Math.abs(value.getTime() - Date.now()) > ${span}`, 'within', `must be within ${seconds(within)} of now`);
  }
  return checks;
}

/** The rules of durations, in nanoseconds. */
export function durationChecks(rules: RuleSet): Check[] {
  const operand = 'nanoseconds(value)';
  const checks = rangeChecks<Duration>(rules, { operand, operandOf: nanoseconds, print: seconds });
  const equals = (bound: Duration): string => `${operand} === ${literal(nanoseconds(bound))}`;
  const check = (fails: string, rule: string, message: string): unknown => checks.push({ fails, ruleId: `duration.${rule}`, message });
  const exact = rules.take<Duration>('const');
  if (exact) check(`!(${equals(exact)})`, 'const', `must equal ${seconds(exact)}`);
  const allowed = rules.take<readonly Duration[]>('in');
  if (allowed) check(`!(${allowed.map(equals).join(' || ')})`, 'in', `must be in list ${listOf(allowed.map(seconds))}`);
  const refused = rules.take<readonly Duration[]>('not_in');
  if (refused) check(refused.map(equals).join(' || '), 'not_in', `must not be in list ${listOf(refused.map(seconds))}`);
  return checks;
}

const nanoseconds = (duration: Duration): bigint => duration.seconds * 1_000_000_000n + BigInt(duration.nanos);

/** As in Protobuf's JSON: "1.500s". */
const seconds = (duration: Duration): string => toJson(DurationSchema, duration);
