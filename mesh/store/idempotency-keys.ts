import { sql, type QueryExecutorProvider } from 'kysely';
import { newId } from '../ids.ts';

/** Which command is meant: keys are the caller's, so each caller and method has its own. */
export interface IdempotencyKey {
  /** Caller and method. */
  readonly scope: string;
  readonly key: string;
  /** What the request says: the same key must not be used for two requests. */
  readonly requestHash: Uint8Array;
}

/** A try that may do the command. `attempt` tells it from earlier tries that were given up: only the latest may finish. */
export interface ClaimedKey {
  readonly resourceId: string;
  readonly attempt: number;
}

/** What became of the wish to do a command. */
export type ClaimResult =
  | ({ readonly state: 'claimed' } & ClaimedKey)
  /** It was done; this is the stored answer. */
  | { readonly state: 'done'; readonly response: Uint8Array }
  /** Somebody else does it just now. */
  | { readonly state: 'busy' }
  /** The key belongs to another request. */
  | { readonly state: 'reused' };

interface ClaimRow {
  readonly state: ClaimResult['state'];
  readonly resource_id: string;
  readonly attempt: number;
  readonly response: Buffer | null;
}

/**
 * Claims the command for `leaseMs` milliseconds, or says what keeps it from being claimed; in one statement. A claim whose time ran out is taken
 * over, with the resource id that the first try was given.
 */
export async function claimKey(
  executor: QueryExecutorProvider,
  { scope, key, requestHash }: IdempotencyKey,
  leaseMs: number,
): Promise<ClaimResult> {
  const { rows } = await sql<ClaimRow>`
    with claimed as (
      insert into idempotency_keys as known (scope, key, request_hash, resource_id, locked_until)
      values (${scope}, ${key}, ${requestHash}, ${newId()}, now() + ${leaseMs}::float8 * interval '1 millisecond')
      on conflict (scope, key) do update
        set attempt = known.attempt + 1, locked_until = excluded.locked_until
        where known.response is null and known.locked_until < now() and known.request_hash = excluded.request_hash
      returning resource_id, attempt
    )
    select 'claimed' as state, resource_id, attempt, null as response from claimed
    union all
    select case when request_hash <> ${requestHash} then 'reused' when response is null then 'busy' else 'done' end, resource_id, attempt, response
    from idempotency_keys
    where scope = ${scope} and key = ${key} and not exists (select from claimed)`.execute(executor);
  const [row] = rows;
  // No row at all: somebody claimed the key after this statement began.
  if (row === undefined) return { state: 'busy' };
  if (row.state === 'claimed') return { state: 'claimed', resourceId: row.resource_id, attempt: row.attempt };
  return row.state === 'done' ? { state: 'done', response: row.response ?? new Uint8Array() } : { state: row.state };
}

/** Stores the answer. False when another try has taken the command over, which then must not be done by this one. */
export async function completeKey(
  executor: QueryExecutorProvider,
  { scope, key }: IdempotencyKey,
  { attempt }: ClaimedKey,
  response: Uint8Array,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update idempotency_keys set response = ${response}
    where scope = ${scope} and key = ${key} and attempt = ${attempt} and response is null`.execute(executor);
  return numAffectedRows === 1n;
}

/** Lets the next try begin at once, with the same resource id: this one broke off, and who knows how far it came. */
export async function releaseKey(executor: QueryExecutorProvider, { scope, key }: IdempotencyKey, { attempt }: ClaimedKey): Promise<void> {
  await sql`
    update idempotency_keys set locked_until = '-infinity'
    where scope = ${scope} and key = ${key} and attempt = ${attempt} and response is null`.execute(executor);
}

/** Forgets the key: the command was refused, so nothing happened, and the key may be used for a better request. */
export async function freeKey(executor: QueryExecutorProvider, { scope, key }: IdempotencyKey, { attempt }: ClaimedKey): Promise<void> {
  await sql`
    delete from idempotency_keys where scope = ${scope} and key = ${key} and attempt = ${attempt} and response is null`.execute(executor);
}
