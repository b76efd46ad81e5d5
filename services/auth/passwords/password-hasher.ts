import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { WorkLimit } from './work-limit.ts';

/** Cost of one hash. */
export interface Argon2Cost {
  /** KiB */
  readonly memoryKib: number;
  /** Passes over the memory. */
  readonly passes: number;
  readonly lanes: number;
}

/** Algorithm.Argon2id; the package's constants are types only. */
const ARGON2ID = 2;

/**
 * Hashes and checks passwords with argon2id (RFC 9106), off the event loop and no more at once than `limit` lets through. Passwords are
 * folded to NFKC first, so that the same characters typed on another keyboard are the same password (NIST SP 800-63B, section 3.1.1.2).
 */
export class PasswordHasher {
  readonly #cost: { algorithm: number; memoryCost: number; timeCost: number; parallelism: number };
  readonly #limit: WorkLimit;
  readonly #decoy: string;

  private constructor(cost: Argon2Cost, limit: WorkLimit, decoy: string) {
    this.#cost = argon2Options(cost);
    this.#limit = limit;
    this.#decoy = decoy;
  }

  static async create(cost: Argon2Cost, limit: WorkLimit): Promise<PasswordHasher> {
    return new PasswordHasher(cost, limit, await hash(randomBytes(32), argon2Options(cost)));
  }

  /** The hash to keep, in PHC string format: algorithm, cost and salt are in it. Throws as `WorkLimit.run`. */
  async hash(password: string, signal?: AbortSignal): Promise<string> {
    return this.#limit.run(() => hash(password.normalize('NFKC'), this.#cost), signal);
  }

  /** Whether a hash has another cost than new ones get. */
  isOutdated(kept: string): boolean {
    const { memoryCost, timeCost, parallelism } = this.#cost;
    return !kept.startsWith(`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`);
  }

  /**
   * Whether this is the password of the hash. Without a hash (there is no such account) the same work is done for a hash nobody knows the
   * password of, so that the time of the answer does not tell. Throws as `WorkLimit.run`.
   */
  async matches(kept: string | undefined, password: string, signal?: AbortSignal): Promise<boolean> {
    // A deleted account has an empty one, which no password fits.
    const known = kept !== undefined && kept !== '';
    return this.#limit.run(async () => (await verify(known ? kept : this.#decoy, password.normalize('NFKC'))) && known, signal);
  }
}

function argon2Options({ memoryKib, passes, lanes }: Argon2Cost) {
  return { algorithm: ARGON2ID, memoryCost: memoryKib, timeCost: passes, parallelism: lanes };
}
