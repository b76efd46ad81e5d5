import { failure, invalidField, type Failure } from './failure.ts';

/**
 * An amount in the smallest unit of its currency: `{ currency: 'INR', minor: 129900n }` is 1,299 rupees. Never a float: sums of floats
 * lose paise.
 */
export interface Money {
  /** ISO 4217 code. */
  readonly currency: string;
  /** Minor units; the number of digits is the currency's. */
  readonly minor: bigint;
}

/** `google.type.Money` as it travels. */
export interface MoneyMessage {
  readonly currencyCode: string;
  readonly units: bigint;
  readonly nanos: number;
}

const NANOS_PER_UNIT = 1_000_000_000n;

/** Currencies whose minor unit is not a hundredth (ISO 4217, list one). */
const UNUSUAL_DIGITS: Readonly<Record<string, number>> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
  BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3,
  CLF: 4, UYW: 4,
}; // prettier-ignore

/** How many digits a currency's minor unit has: 2 for INR, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  return UNUSUAL_DIGITS[currency] ?? 2;
}

/** The same amount, as it travels. */
export function toMessage(money: Money): MoneyMessage {
  const perUnit = 10n ** BigInt(minorDigits(money.currency));
  return {
    currencyCode: money.currency,
    units: money.minor / perUnit,
    nanos: Number((money.minor % perUnit) * (NANOS_PER_UNIT / perUnit)),
  };
}

/**
 * Reads an amount that travelled. Throws INVALID_REQUEST naming `field` when it is absent, its currency is no ISO 4217 code, its parts
 * disagree in sign, or it is finer than the currency's minor unit.
 */
export function fromMessage(message: MoneyMessage | undefined, field: string): Money {
  if (message === undefined) throw refused(field, 'is required');
  const { currencyCode, units, nanos } = message;
  if (!/^[A-Z]{3}$/.test(currencyCode)) throw refused(`${field}.currency_code`, 'must be an ISO 4217 code such as INR');
  if (!Number.isInteger(nanos) || Math.abs(nanos) >= 1_000_000_000) throw refused(`${field}.nanos`, 'must be within +-999999999');
  if ((units > 0n && nanos < 0) || (units < 0n && nanos > 0)) throw refused(`${field}.nanos`, 'must have the sign of units');
  const perUnit = 10n ** BigInt(minorDigits(currencyCode));
  const nanosPerMinor = NANOS_PER_UNIT / perUnit;
  if (BigInt(nanos) % nanosPerMinor !== 0n) {
    throw refused(
      `${field}.nanos`,
      `must be a multiple of ${nanosPerMinor}: ${currencyCode} has ${minorDigits(currencyCode)} decimal digits`,
    );
  }
  return { currency: currencyCode, minor: units * perUnit + BigInt(nanos) / nanosPerMinor };
}

/** The sum of two amounts of one currency; throws MIXED_CURRENCIES otherwise. */
export function add(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw failure('MIXED_CURRENCIES', `Amounts in ${a.currency} and ${b.currency} can't be added.`);
  return { currency: a.currency, minor: a.minor + b.minor };
}

/** `count` times the amount. */
export function times(money: Money, count: number): Money {
  return { currency: money.currency, minor: money.minor * BigInt(count) };
}

/** The sum of at least one amount, all of one currency; throws MIXED_CURRENCIES otherwise, RangeError when there is none. */
export function sum(amounts: readonly Money[]): Money {
  const [first, ...rest] = amounts;
  if (first === undefined) throw new RangeError('The sum of no amounts has no currency.');
  return rest.reduce(add, first);
}

/** Whether both are the same amount of the same currency. */
export function equals(a: Money, b: Money): boolean {
  return a.currency === b.currency && a.minor === b.minor;
}

function refused(field: string, message: string): Failure {
  return invalidField(field, message);
}
