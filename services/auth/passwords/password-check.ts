import type { EntityManager } from '@mikro-orm/postgresql';
import { Failure } from '@shopverse/mesh/failure';
import { clientNetwork } from './client-network.ts';
import type { Pseudonym } from '../keys/pseudonyms.ts';
import type { LoginTries, TrySubjects } from '../store/login-tries.ts';
import type { PasswordHasher } from './password-hasher.ts';

/** What checking a password needs. */
export interface PasswordCheckDeps {
  readonly passwords: Pick<PasswordHasher, 'matches'>;
  readonly tries: LoginTries;
  readonly pseudonym: Pseudonym;
}

/** A password that somebody shows. */
export interface ShownPassword {
  /** In its kept form. */
  readonly email: string;
  readonly password: string;
  /** IP address of who shows it; empty when unknown. */
  readonly address: string;
  readonly signal: AbortSignal;
}

/** What came of it. */
export type CheckedPassword =
  | {
      readonly right: true;
      /** Forgets the failures before, in the transaction of what the password was for. */
      forget(em: EntityManager): Promise<void>;
      /** Takes back the counted try, when what the password was for could not be done. */
      takeBack(): Promise<void>;
    }
  | {
      readonly right: false;
      /** Whether it began a lock-out. */
      readonly lockedOut: boolean;
    };

/** Checks passwords, counting wrong ones. */
export class PasswordCheck {
  readonly #deps: PasswordCheckDeps;

  constructor(deps: PasswordCheckDeps) {
    this.#deps = deps;
  }

  /**
   * Whether the password is that of the hash that `find` gives; without one, the same work is done. Throws LOCKED_OUT, and as `PasswordHasher.matches`.
   *
   * @param find asked after the try was counted
   */
  async check({ email, password, address, signal }: ShownPassword, find: () => Promise<string | undefined>): Promise<CheckedPassword> {
    const { tries, passwords } = this.#deps;
    const subjects = this.#subjects(email, address);
    const start = await tries.begin(subjects, signal);
    if (start.kind === 'LOCKED_OUT') throw lockedOut(start.retryAfterMs);
    let right: boolean;
    try {
      right = await passwords.matches(await find(), password, signal);
    } catch (error) {
      // Nobody looked at the password: whoever comes when we are overloaded must not be locked out for it.
      await tries.takeBack(subjects);
      throw error;
    }
    if (right) return { right, forget: (em) => tries.forget(em, subjects), takeBack: () => tries.takeBack(subjects) };
    await tries.failed(subjects);
    return { right, lockedOut: start.locks };
  }

  /** Forgets the failures of an address whose owner has shown that it is theirs. */
  async forgive(em: EntityManager, email: string): Promise<void> {
    await this.#deps.tries.forget(em, this.#subjects(email, ''));
  }

  /** What tries of this address from this client count against. */
  #subjects(email: string, address: string): TrySubjects {
    const name = (kind: string, text: string) => this.#deps.pseudonym(kind, text).toString('hex');
    return { email: name('email', email), client: address === '' ? undefined : name('client', clientNetwork(address)) };
  }
}

/** The refusal of who has tried too often. */
export function lockedOut(retryAfterMs: number): Failure {
  const seconds = Math.ceil(retryAfterMs / 1000);
  return new Failure('LOCKED_OUT', `Too many tries; try again in ${seconds} s.`, { retryAfterMs });
}
