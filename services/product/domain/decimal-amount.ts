import { minorDigits, type Money } from '@shopverse/mesh/money';

/** An amount as people write it, without its currency: "1299.00". As many digits after the point as the currency has. */
export function decimalOf({ minor, currency }: Money): string {
  const digits = minorDigits(currency);
  const text = String(minor < 0n ? -minor : minor).padStart(digits + 1, '0');
  const sign = minor < 0n ? '-' : '';
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** An amount of a currency from how people write it: "1299", "1299.5", "1299.00". Undefined when it is none, negative, or finer than the currency's minor unit. */
export function amountOf(text: string, currency: string): Money | undefined {
  const digits = minorDigits(currency);
  const [, units, decimals = ''] = /^(\d{1,15})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  if (units === undefined || /[1-9]/.test(decimals.slice(digits))) return undefined;
  return { currency, minor: BigInt(units + decimals.slice(0, digits).padEnd(digits, '0')) };
}
