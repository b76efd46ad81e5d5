import { backoffMs } from '@shopverse/mesh/backoff';
import type { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import type { RpcClient } from '@shopverse/mesh/rpc/client';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { findAccount } from '../store/account-repository.ts';
import { ProfileHandoverEntity } from '../store/entities.ts';

/** What handing over needs. */
export interface ProfileHandoverDeps {
  readonly database: Postgres;
  readonly users: Pick<RpcClient<typeof UserServiceDefinition>, 'createProfile'>;
  readonly clock: () => Date;
}

/** A handover that is waiting. */
export interface WaitingHandover {
  readonly userId: string;
  readonly tries: number;
}

/** Longest time of one call, in milliseconds: whoever registers waits for it. */
const TIMEOUT_MS = 2_000;
/** Waits between tries: up to 5 s at first, up to 5 min in the end. */
const BACKOFF = { initialMs: 5_000, maxMs: 300_000 };

/**
 * Hands the profiles of new accounts over to the user service. An account and the note that its profile is missing are committed together;
 * the note goes when the user service has the profile, which it makes once however often it is asked.
 */
export class ProfileHandover {
  readonly #deps: ProfileHandoverDeps;

  constructor(deps: ProfileHandoverDeps) {
    this.#deps = deps;
  }

  /** Makes the profile of an account, if that is still to be done. Throws as the call to the user service. */
  async handOver(userId: string): Promise<void> {
    const { database, users } = this.#deps;
    const pending = await database.read(async (em) => ({
      handover: await em.findOne(ProfileHandoverEntity, { userId }),
      account: await findAccount(em, userId),
    }));
    if (pending.handover === null || pending.account === undefined) return;
    const { fullName, email } = pending.account;
    await users.createProfile({ userId, fullName, email, phone: pending.handover.phone }, { timeoutMs: TIMEOUT_MS });
    await database.transaction(async ({ em }) => void (await em.nativeDelete(ProfileHandoverEntity, { userId })));
  }

  /** Up to `limit` handovers whose time has come, longest due first. */
  async due(limit: number): Promise<WaitingHandover[]> {
    const { database, clock } = this.#deps;
    return database.read((em) =>
      em.find(ProfileHandoverEntity, { nextTryAt: { $lte: clock() } }, { orderBy: { nextTryAt: 'asc' }, limit }),
    );
  }

  /** Notes that a try failed, and when the next one is due. */
  async putOff({ userId, tries }: WaitingHandover): Promise<void> {
    const { database, clock } = this.#deps;
    const nextTryAt = new Date(clock().getTime() + backoffMs(tries, BACKOFF));
    await database.transaction(
      async ({ em }) => void (await em.nativeUpdate(ProfileHandoverEntity, { userId }, { tries: tries + 1, nextTryAt })),
    );
  }
}
