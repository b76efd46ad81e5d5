/** Digits that can't be mistaken for one another when a SKU is read out (Crockford's base 32). */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TAIL_DIGITS = 6;
/** With the tail, a SKU stays well below the 40 characters that the contract allows. */
const HEAD_LENGTH = 20;

/**
 * A SKU made from the product's name, for people, and its id, for uniqueness: `KAVIRA-5-PIECE-NON-7Q2M4Z`. The same id gives the same SKU, so a
 * command that is done again does not make another.
 */
export function skuOf(name: string, id: string): string {
  const words =
    name
      .normalize('NFKD')
      .toUpperCase()
      .match(/[A-Z0-9]+/g) ?? [];
  let head = '';
  for (const word of words) {
    if (head.length + word.length + 1 > HEAD_LENGTH) break;
    head += `${word}-`;
  }
  // The last 30 bits of a UUIDv7 are random.
  let rest = Number.parseInt(id.replaceAll('-', '').slice(-8), 16) % 32 ** TAIL_DIGITS;
  let tail = '';
  for (let digit = 0; digit < TAIL_DIGITS; digit += 1) {
    tail = DIGITS.charAt(rest % 32) + tail;
    rest = Math.floor(rest / 32);
  }
  return `${head === '' ? 'P-' : head}${tail}`;
}

/** Whether a text has the form of a SKU. */
export function isSku(text: string): boolean {
  return /^[A-Z0-9][A-Z0-9-]{2,39}$/.test(text);
}
