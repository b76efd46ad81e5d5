import type { Money } from '@shopverse/client/gen/google-type';

/** An amount in billionths of its unit, to add and compare without floats; nothing counts as zero. */
export function nanos(money: Money | undefined): bigint {
  return BigInt(money?.units ?? 0) * 1_000_000_000n + BigInt(money?.nanos ?? 0);
}

/** An amount as people read it: "2598.00 INR". */
export function shown(money: Money | undefined): string {
  const hundredths = nanos(money) / 10_000_000n;
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')} ${money?.currencyCode ?? ''}`;
}
