import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { judgeTry, takeBack, type LockOutPolicy, type TryVerdict } from '../domain/lock-out.ts';
import { LoginFailuresEntity } from './entities.ts';

/** Counts log-ins that failed, by the pseudonym of the address that was tried: an account need not be there, or the lock-out would tell. */
export class LoginTries {
  readonly #database: Postgres;
  readonly #policy: LockOutPolicy;

  constructor(database: Postgres, policy: LockOutPolicy) {
    this.#database = database;
    this.#policy = policy;
  }

  /** Counts a try as failed before its password is looked at, or refuses it. Tries of one address are judged one after the other. */
  async count(address: string, now: Date): Promise<TryVerdict> {
    return this.#database.transaction(async ({ em }) => {
      await em.upsert(
        LoginFailuresEntity,
        { address, failures: 0, lastTriedAt: now, lockedUntil: now },
        { onConflictFields: ['address'], onConflictAction: 'ignore' },
      );
      em.clear();
      const row = await em.findOneOrFail(LoginFailuresEntity, { address }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      const verdict = judgeTry(row, now, this.#policy);
      if (verdict.kind === 'ALLOWED') em.assign(row, verdict.counted);
      return verdict;
    });
  }

  /** Takes back a counted try whose password nobody looked at after all. */
  async takeBack(address: string): Promise<void> {
    await this.#database.transaction(async ({ em }) => {
      const row = await em.findOne(LoginFailuresEntity, { address }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (row !== null) em.assign(row, takeBack(row, this.#policy));
    });
  }

  /** Forgets the failures of an address whose password was right. */
  async forget(em: EntityManager, address: string): Promise<void> {
    await em.nativeDelete(LoginFailuresEntity, { address });
  }
}
