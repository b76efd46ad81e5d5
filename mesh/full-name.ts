/** Line breaks and other controls, and format characters that hide or turn around text. The joiners U+200C and U+200D stay: Indic scripts need them. */
const UNWANTED = /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
const LONGEST = 200;

/**
 * A person's name as it is kept: composed (NFC), one space between words, without characters that would forge a mail's header or turn a
 * page's text around. Undefined when nothing visible is left, or more than 200 characters.
 */
export function normaliseFullName(given: string): string | undefined {
  const name = given.replace(/\s+/gu, ' ').replace(UNWANTED, '').normalize('NFC').replace(/ +/g, ' ').trim();
  return VISIBLE.test(name) && [...name].length <= LONGEST ? name : undefined;
}
