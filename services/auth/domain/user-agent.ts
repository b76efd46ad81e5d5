const LONGEST = 256;

/** A client's User-Agent header as it is kept and told to others: printable, at most 256 characters. Nothing given is the empty text. */
export function shortenUserAgent(header: string | undefined): string {
  return [...(header ?? '').replace(/\p{C}/gu, '')].slice(0, LONGEST).join('');
}
