/** One rule of one field, as code. */
export interface Check {
  /** JavaScript over the constant `value`: true when the rule is broken. */
  readonly fails: string;
  /** A declaration `fails` needs outside of the function, so that it is evaluated once. */
  readonly constant?: string;
  readonly ruleId: string;
  readonly message: string;
}

/** Protovalidate's wording of lists: "[1, 2]". */
export const listOf = (values: readonly unknown[]): string => `[${values.join(', ')}]`;
