import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { backoffMs, sleep } from '@shopverse/mesh/backoff';
import { sql } from 'kysely';
import type { Postgres, Transaction } from '@shopverse/mesh/store/postgres';
import { decide, isUndecided, judgeTry, takeBack, type LockOutPolicy, type LoginFailures, type TryVerdict } from '../domain/lock-out.ts';
import { LoginFailuresEntity } from './entities.ts';

/** What a try counts against, as pseudonyms: an account need not be there, or the lock-out would tell. */
export interface TrySubjects {
  /** Of the e-mail address that was tried. */
  readonly email: string;
  /** Of the network it was tried from; undefined when that is unknown. */
  readonly client: string | undefined;
}

/** See `LoginTries.begin`. */
export type TryStart =
  | { readonly kind: 'ALLOWED'; /** Whether a lock-out begins if this try fails. */ readonly locks: boolean }
  | { readonly kind: 'LOCKED_OUT'; readonly retryAfterMs: number };

/** What counting works with. */
export interface LoginTriesOptions {
  readonly database: Postgres;
  readonly policies: { readonly email: LockOutPolicy; readonly client: LockOutPolicy };
  readonly clock: () => Date;
}

/** How long a try waits for those before it to be decided, in milliseconds, and how often it looks. */
const WAIT = { longestMs: 3_000, initialMs: 20, maxMs: 200 };

interface Subject {
  readonly address: string;
  readonly policy: LockOutPolicy;
}

/** Counts log-ins that failed. */
export class LoginTries {
  readonly #options: LoginTriesOptions;

  constructor(options: LoginTriesOptions) {
    this.#options = options;
  }

  /**
   * Counts a try as failed before its password is looked at, or refuses it. Where only tries that are not decided yet stand in the way, it waits for them: somebody
   * who signs in on several devices at once has done nothing wrong. Each try that is allowed must be ended by `failed`, `takeBack` or `forget`.
   */
  async begin(subjects: TrySubjects, signal: AbortSignal): Promise<TryStart> {
    const { clock } = this.#options;
    const giveUpAt = Date.now() + WAIT.longestMs;
    for (let looks = 0; ; looks += 1) {
      const { start, undecided } = await this.#count(subjects, clock());
      if (start.kind === 'ALLOWED' || !undecided || signal.aborted || Date.now() >= giveUpAt) return start;
      await sleep(backoffMs(looks, WAIT), signal);
    }
  }

  /** The password of a counted try was wrong. */
  async failed(subjects: TrySubjects): Promise<void> {
    await this.#options.database.transaction(async ({ em }) => this.#change(em, this.#subjects(subjects), decide));
  }

  /** Takes back a counted try whose password nobody looked at after all. */
  async takeBack(subjects: TrySubjects): Promise<void> {
    await this.#options.database.transaction(async ({ em }) => this.#change(em, this.#subjects(subjects), takeBack));
  }

  /** Forgets the failures of an e-mail address whose password was right. What came from the same network against others stays. */
  async forget(em: EntityManager, { email, client }: TrySubjects): Promise<void> {
    await em.nativeDelete(LoginFailuresEntity, { address: email });
    if (client !== undefined) await this.#change(em, [{ address: client, policy: this.#options.policies.client }], takeBack);
  }

  async #count(subjects: TrySubjects, now: Date): Promise<{ start: TryStart; undecided: boolean }> {
    return this.#options.database.transaction(async (tx) => {
      const judged: { row: LoginFailures; verdict: ReturnType<typeof judgeTry> }[] = [];
      for (const { address, policy } of this.#subjects(subjects)) {
        const row = await lockFailures(tx, address, now);
        judged.push({ row, verdict: judgeTry(row, now, policy) });
      }
      const locked = judged.flatMap(({ row, verdict }) => (verdict.kind === 'LOCKED_OUT' ? [{ row, verdict }] : []));
      if (locked.length > 0) {
        const retryAfterMs = Math.max(...locked.map(({ verdict }) => verdict.retryAfterMs));
        return { start: { kind: 'LOCKED_OUT', retryAfterMs }, undecided: locked.every(({ row }) => isUndecided(row, now)) };
      }
      let locks = false;
      for (const [index, { address }] of this.#subjects(subjects).entries()) {
        const verdict = judged[index]?.verdict;
        if (verdict?.kind !== 'ALLOWED') continue;
        locks ||= verdict.counted.lockedUntil > now;
        await tx.em.nativeUpdate(LoginFailuresEntity, { address }, verdict.counted);
      }
      return { start: { kind: 'ALLOWED', locks }, undecided: false };
    });
  }

  async #change(
    em: EntityManager,
    subjects: readonly Subject[],
    change: (counted: LoginFailures, policy: LockOutPolicy) => LoginFailures,
  ): Promise<void> {
    for (const { address, policy } of subjects) {
      const row = await em.findOne(LoginFailuresEntity, { address }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
      if (row === null) continue;
      const { failures, inFlight, lastTriedAt, lockedUntil } = change(countsOf(row), policy);
      await em.nativeUpdate(LoginFailuresEntity, { address }, { failures, inFlight, lastTriedAt, lockedUntil });
    }
  }

  /** In one order for everybody, so that two tries don't wait for each other: e-mail first. */
  #subjects({ email, client }: TrySubjects): Subject[] {
    const { policies } = this.#options;
    const subjects = [{ address: email, policy: policies.email }];
    return client === undefined ? subjects : [...subjects, { address: client, policy: policies.client }];
  }
}

/** What is remembered of an address, made if need be, and locked, in one statement: it may be forgotten between two. */
async function lockFailures({ sql: connection }: Transaction, address: string, now: Date): Promise<LoginFailures> {
  const { rows } = await sql<{ failures: number; in_flight: number; last_tried_at: string; locked_until: string }>`
    insert into login_failures (address, failures, in_flight, last_tried_at, locked_until) values (${address}, 0, 0, ${now}, ${now})
    on conflict (address) do update set address = excluded.address
    returning failures, in_flight, last_tried_at, locked_until`.execute(connection);
  const [row] = rows;
  if (row === undefined) throw new Error('An insert that returns a row returned none.');
  const { failures, in_flight: inFlight, last_tried_at: lastTriedAt, locked_until: lockedUntil } = row;
  return { failures, inFlight, lastTriedAt: new Date(lastTriedAt), lockedUntil: new Date(lockedUntil) };
}

/** Counts a use of something that may not be had too often, or refuses it. */
export async function countUse(tx: Transaction, address: string, policy: LockOutPolicy, now: Date): Promise<TryVerdict> {
  const verdict = judgeTry(await lockFailures(tx, address, now), now, policy);
  if (verdict.kind === 'ALLOWED') await tx.em.nativeUpdate(LoginFailuresEntity, { address }, decide(verdict.counted));
  return verdict;
}

function countsOf({ failures, inFlight, lastTriedAt, lockedUntil }: LoginFailures): LoginFailures {
  return { failures, inFlight, lastTriedAt, lockedUntil };
}
