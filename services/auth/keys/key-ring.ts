import type { CryptoKey } from 'jose';
import { ConfigError } from '@shopverse/mesh/config/read';
import type { JsonWebKeySet } from '@shopverse/contracts/shopverse/auth/v1/auth';
import { publishedAt, signerAt, type ScheduledKey } from '../domain/key-schedule.ts';
import { CannotOpen } from './sealed-box.ts';
import { openSigningKey, publicJwk, type StoredKey } from './signing-key.ts';

/** What signs at a moment. */
export interface Signer extends ScheduledKey {
  readonly privateKey: CryptoKey;
}

/** What a key ring works with. */
export interface KeyRingOptions {
  /** Reads all keys; makes the first one when there is none. */
  readonly load: () => Promise<readonly StoredKey[]>;
  readonly sealingKey: Uint8Array;
  /** How long a key is still published after its last token was signed, in milliseconds. */
  readonly keepMs: number;
  readonly clock: () => Date;
}

interface OpenKey extends StoredKey, Signer {}

/** The signing keys in this process: what was in the database when it was last looked at, which all replicas share. */
export class KeyRing {
  readonly #options: KeyRingOptions;
  #keys: readonly OpenKey[] = [];

  constructor(options: KeyRingOptions) {
    this.#options = options;
  }

  /**
   * Reads the keys again. What was known stays when that fails.
   *
   * @throws ConfigError when the master key does not open them
   */
  async refresh(): Promise<void> {
    const { load, sealingKey } = this.#options;
    const stored = await load();
    const known = new Map(this.#keys.map((key) => [key.kid, key]));
    this.#keys = await Promise.all(
      stored.map(async (key) => ({ ...key, privateKey: known.get(key.kid)?.privateKey ?? (await openKey(sealingKey, key)) })),
    );
  }

  /** The key to sign with now. */
  signer(): Signer {
    const signer = signerAt(this.#keys, this.#options.clock());
    if (signer === undefined) throw new Error('There is no signing key whose turn has come.');
    return signer;
  }

  /** The public keys by which tokens that are still good can be verified, and those that will sign next. */
  publicKeys(): JsonWebKeySet {
    const { clock, keepMs } = this.#options;
    return { keys: publishedAt(this.#keys, clock(), keepMs).map(publicJwk) };
  }
}

async function openKey(sealingKey: Uint8Array, key: StoredKey): Promise<CryptoKey> {
  try {
    return await openSigningKey(sealingKey, key);
  } catch (error) {
    if (!(error instanceof CannotOpen)) throw error;
    throw new ConfigError(
      `AUTH_MASTER_KEY does not open signing key ${key.kid} in the database: give the key that it was made with, or delete the rows of signing_keys (which signs everybody out).`,
    );
  }
}
