/** Up to this length, comparing each with each is faster than a set, and allocates nothing. */
const shortList = 16;

/** Whether no value occurs twice. NaN equals nothing, itself included. */
export function isUnique(values: readonly (string | number | bigint | boolean)[]): boolean {
  if (values.length > shortList) {
    const comparable = values.filter((value) => value === value);
    return new Set(comparable).size === comparable.length;
  }
  for (let i = 1; i < values.length; i++) {
    for (let j = 0; j < i; j++) if (values[i] === values[j]) return false;
  }
  return true;
}
