/** Why an operator's wish is not done; nothing was changed. */
export type RefusalKind =
  | 'unknown group'
  | 'unknown letter'
  /** The letter was replayed or dropped before. */
  | 'resolved'
  /** It would do harm as things are. */
  | 'harmful';

/** An operator's wish that is not done, with the reason as a sentence. */
export class OperationRefused extends Error {
  override readonly name = 'OperationRefused';
  readonly kind: RefusalKind;

  constructor(kind: RefusalKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
