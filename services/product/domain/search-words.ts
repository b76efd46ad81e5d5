/** Most words of a query that count; what comes after them is not looked at. */
const MAX_WORDS = 10;

/** The words of a query: letters and digits, in lower case. Nothing in them means anything to a query language. */
export function searchWords(query: string): string[] {
  const words =
    query
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words.slice(0, MAX_WORDS);
}
