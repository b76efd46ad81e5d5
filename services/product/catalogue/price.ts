/**
 * A price in paise between two in rupees, `share` of the way (0 to 1): in even steps of proportion, since what is dear differs by more, and ending as prices
 * do: 249, 1,299, 18,999.
 */
export function priceBetween([from, to]: readonly [number, number], share: number): bigint {
  const rupees = from * (to / from) ** share;
  const step = rupees < 200 ? 10 : rupees < 1_000 ? 50 : rupees < 10_000 ? 100 : 500;
  const rounded = Math.round((rupees + 1) / step) * step - 1;
  return BigInt(Math.min(to, Math.max(from, rounded))) * 100n;
}
