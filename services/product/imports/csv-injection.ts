/** How a cell begins that a spreadsheet takes for a formula (OWASP, "CSV Injection"). */
const FORMULA = /^'*[=+\-@\t\r]/;

/**
 * A text as a cell: what a spreadsheet would take for a formula gets an apostrophe in front, and so does what has one there already, so that `fromCell` gives
 * back every text as it was.
 */
export function toCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text of a cell: takes the one apostrophe away that `toCell` put there, and no other. */
export function fromCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
