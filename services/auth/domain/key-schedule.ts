/** When a signing key takes its turn. Its turn ends when that of the next begins. */
export interface ScheduledKey {
  /** Key id: the JWK thumbprint (RFC 7638). */
  readonly kid: string;
  /** The first moment at which tokens are signed with it; published from its creation on. */
  readonly signsFrom: Date;
}

/** The key that signs at `now`: the one whose turn began last. Undefined before the first turn. */
export function signerAt<Key extends ScheduledKey>(keys: readonly Key[], now: Date): Key | undefined {
  return inOrder(keys).findLast((key) => key.signsFrom <= now);
}

/**
 * The keys to publish at `now`: those to come, so that whoever caches the set knows a key before its first token; the signer; and past signers
 * until the last of their tokens has expired.
 *
 * @param keepMs how long tokens are good for, clocks' differences included
 */
export function publishedAt<Key extends ScheduledKey>(keys: readonly Key[], now: Date, keepMs: number): Key[] {
  const ordered = inOrder(keys);
  return ordered.filter((_key, index) => {
    const successor = ordered[index + 1];
    return successor === undefined || successor.signsFrom.getTime() + keepMs > now.getTime();
  });
}

/**
 * When a key made at `now` may begin to sign: at once if it is the first, else when every cache of the published set has come to know it.
 *
 * @param aheadMs longest time that a cache keeps the set
 */
export function turnOfNewKey(keys: readonly ScheduledKey[], now: Date, aheadMs: number): Date {
  return keys.length === 0 ? now : new Date(now.getTime() + aheadMs);
}

function inOrder<Key extends ScheduledKey>(keys: readonly Key[]): Key[] {
  return keys.toSorted((a, b) => a.signsFrom.getTime() - b.signsFrom.getTime() || (a.kid < b.kid ? -1 : 1));
}
