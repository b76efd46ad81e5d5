import { minorDigits, type Money } from '@shopverse/mesh/money';

/** Indian grouping (1,00,000) and the shop's language. */
const LOCALE = 'en-IN';

/** An amount as people read it: "₹1,299.00". Exact: the digits never go through a float. */
export function moneyText({ currency, minor }: Money): string {
  return new Intl.NumberFormat(LOCALE, { style: 'currency', currency, minimumFractionDigits: minorDigits(currency) }).format(
    decimal(minor, minorDigits(currency)),
  );
}

function decimal(minor: bigint, digits: number): Intl.StringNumericLiteral {
  const sign = minor < 0n ? '-' : '';
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const literal = digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${text.slice(-digits)}`;
  return literal as Intl.StringNumericLiteral;
}
