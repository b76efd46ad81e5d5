/** `sum` by `count`, rounded half away from zero; 0 of nothing. Exact, however large the sum. */
export function meanOf(sum: bigint, count: bigint): bigint {
  if (count === 0n) return 0n;
  return (2n * sum + (sum < 0n ? -count : count)) / (2n * count);
}

/** The share of `part` in `whole`, 0 to 1; 0 when the whole is nothing. */
export function shareOf(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number(part) / Number(whole);
}
