/** The contracts can't be turned into code. The message is one plain sentence (and buf's findings, if any) for the person who changed them. */
export class GenerationError extends Error {
  override name = 'GenerationError';
}
