/** An answer that is not the one that was needed. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}
