import type { Check } from './check.ts';
import type { RuleSet } from './rule-set.ts';

/** How values of one kind are compared and printed. */
export interface Comparison<Bound> {
  /** JavaScript that turns `value` into something `<` compares. */
  readonly operand: string;
  /** The bound in the same terms. */
  readonly operandOf: (bound: Bound) => number | bigint;
  /** The bound for people. */
  readonly print: (bound: Bound) => string;
}

/** gt, gte, lt and lte. An upper bound below the lower one means "outside of both", as in protovalidate. */
export function rangeChecks<Bound>(rules: RuleSet, { operand, operandOf, print }: Comparison<Bound>): Check[] {
  const bound = (kind: keyof typeof comparisons) => {
    const value = rules.take<Bound>(kind);
    if (value === undefined) return undefined;
    const [operator, words] = comparisons[kind];
    const limit = operandOf(value);
    return { kind, limit, holds: `${operand} ${operator} ${literal(limit)}`, words: `${words} ${print(value)}` };
  };
  const lower = bound('gt') ?? bound('gte');
  const upper = bound('lt') ?? bound('lte');
  const only = lower ?? upper;
  if (only === undefined) return [];
  if (lower === undefined || upper === undefined) {
    return [{ fails: `!(${only.holds})`, ruleId: `${rules.group}.${only.kind}`, message: `must be ${only.words}` }];
  }
  const ruleId = `${rules.group}.${lower.kind}_${upper.kind}`;
  return upper.limit >= lower.limit
    ? [{ fails: `!(${lower.holds} && ${upper.holds})`, ruleId, message: `must be ${lower.words} and ${upper.words}` }]
    : [
        {
          fails: `!(${lower.holds} || ${upper.holds})`,
          ruleId: `${ruleId}_exclusive`,
          message: `must be ${lower.words} or ${upper.words}`,
        },
      ];
}

const comparisons = {
  gt: ['>', 'greater than'],
  gte: ['>=', 'greater than or equal to'],
  lt: ['<', 'less than'],
  lte: ['<=', 'less than or equal to'],
} as const;

/** The number in JavaScript source. */
export const literal = (value: number | bigint): string => (typeof value === 'bigint' ? `${value}n` : String(value));
