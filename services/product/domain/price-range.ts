import { invalidField } from '@shopverse/mesh/failure';
import { fromMessage, type MoneyMessage } from '@shopverse/mesh/money';
import { MAX_PRICE } from './product.ts';

/** Prices from one to another, both included, in minor units. */
export interface PriceRange {
  readonly currency: string;
  readonly min: bigint;
  readonly max: bigint;
}

/**
 * A range of prices as it travelled; undefined when neither end is given. An end without a currency is in the shop's.
 *
 * @param currency of the shop
 * @throws Failure INVALID_REQUEST naming the field: another currency, less than nothing, more than any price, or an end below the beginning
 */
export function priceRange(min: MoneyMessage | undefined, max: MoneyMessage | undefined, currency: string): PriceRange | undefined {
  if (min === undefined && max === undefined) return undefined;
  const range = { currency, min: bound('min_price', min, currency) ?? 0n, max: bound('max_price', max, currency) ?? MAX_PRICE };
  if (range.max < range.min) throw invalidField('max_price', 'must not be less than min_price');
  return range;
}

function bound(field: string, message: MoneyMessage | undefined, currency: string): bigint | undefined {
  if (message === undefined) return undefined;
  const amount = fromMessage({ ...message, currencyCode: message.currencyCode || currency }, field);
  if (amount.currency !== currency) throw invalidField(`${field}.currency_code`, `must be ${currency}, the currency of the shop`);
  if (amount.minor < 0n) throw invalidField(field, 'must not be less than zero');
  if (amount.minor > MAX_PRICE) throw invalidField(field, `must be at most ${MAX_PRICE} minor units`);
  return amount.minor;
}
