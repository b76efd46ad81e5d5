/** A text as one line: trimmed, in Unicode's composed form, without control characters. */
export function oneLine(text: string): string {
  return withoutControls(text.replace(/\s+/gu, ' ')).trim();
}

/** Without control characters (but line ends and tabs), which have no business in a text and may break what shows it. PostgreSQL refuses NUL. */
export function withoutControls(text: string): string {
  return text.normalize('NFC').replace(/(?![\t\n\r])\p{Cc}/gu, '');
}
