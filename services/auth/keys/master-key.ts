import { hkdfSync } from 'node:crypto';

/** What a key made from the master key is for. Each use has a key of its own, so that what is learnt of one says nothing of another. */
export type KeyPurpose = 'signing-keys-at-rest' | 'pseudonyms';

const BYTES = 32;

/** The one secret of this service (AUTH_MASTER_KEY), from which keys for each purpose are made (HKDF-SHA256, RFC 5869). */
export class MasterKey {
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Reads base64 of 32 bytes; undefined when it is anything else. */
  static parse(base64: string): MasterKey | undefined {
    const bytes = Buffer.from(base64, 'base64');
    // Buffer skips what is no base64; writing it again shows whether it did.
    return bytes.length === BYTES && bytes.toString('base64') === base64.trim() ? new MasterKey(bytes) : undefined;
  }

  /** 32 bytes for one purpose. */
  keyFor(purpose: KeyPurpose): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.#bytes, '', `shopverse auth ${purpose}`, BYTES));
  }
}
