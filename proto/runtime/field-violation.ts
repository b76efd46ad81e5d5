/** One field that breaks one rule of the contract. */
export interface FieldViolation {
  /** Path in the names of the .proto file, for example "items[0].quantity"; "" for the message as a whole. */
  readonly field: string;
  /** Protovalidate's name of the rule, for example "int32.gte_lte". */
  readonly ruleId: string;
  /** For people, after the field's name: "must be at least 1 characters". */
  readonly message: string;
}

/** Checks a message against the rules of its contract. Empty when all is well. At most `mostViolations` are told. */
export type Validator = { check(message: object): readonly FieldViolation[] }['check'];

/** What was found up to now; undefined until something is, so that a valid message costs no allocation. */
export type Found = Violation[] | undefined;

interface Violation {
  field: string;
  readonly ruleId: string;
  readonly message: string;
}

/** A list of a million bad items is as well described by the first hundred. */
export const mostViolations = 100;

export const none: readonly FieldViolation[] = Object.freeze([]);

export function add(found: Found, field: string, ruleId: string, message: string): Violation[] {
  if (found === undefined) return [{ field, ruleId, message }];
  if (found.length < mostViolations) found.push({ field, ruleId, message });
  return found;
}

export const count = (found: Found): number => found?.length ?? 0;

/** Puts `field` before the paths of what was found in it: all from the index `from` on. */
export function within(field: string, from: number, found: Found): Found {
  if (found === undefined) return found;
  for (const violation of found.slice(from)) {
    violation.field = violation.field === '' ? field : `${field}.${violation.field}`;
  }
  return found;
}

/** The same for the item at `index` of a list. */
export const withinItem = (field: string, index: number, from: number, found: Found): Found =>
  count(found) === from ? found : within(`${field}[${index}]`, from, found);
