import { createHash } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type { Codec } from '@shopverse/contracts/event-types';
import type { QueryExecutorProvider } from 'kysely';
import { backoffMs, sleep } from '../backoff.ts';
import { Failure, failure } from '../failure.ts';
import { newId } from '../ids.ts';
import type { Call } from '../rpc/call.ts';
import { claimKey, completeKey, freeKey, releaseKey, type ClaimedKey, type IdempotencyKey } from './idempotency-keys.ts';

/** A connection or pool that SQL can be run on. */
export interface HasSql {
  readonly sql: QueryExecutorProvider;
}

/** A try of a command. */
export interface IdempotencyClaim<Response> {
  /** UUIDv7, the same for each try of a key: what a try that broke off did under this id, the next one finds. */
  readonly resourceId: string;
  /**
   * Stores the answer in the command's own transaction, so that the command is done and answered for, or neither.
   *
   * @throws Failure CONCURRENT_CHANGE when this try took so long that another has taken over: the transaction must not be committed
   */
  complete(tx: HasSql, answer: Response): Promise<void>;
}

/** How a command is made idempotent. */
export interface IdempotentOptions<Response> {
  /** Of the answer. */
  readonly codec: Codec<Response>;
  /** What makes two requests the same. @default the request as it travelled */
  readonly request?: Uint8Array;
  /** A try that was silent for so long counts as broken off, in milliseconds. Longer than any try takes. @default 30000 */
  readonly leaseMs?: number;
}

/** The part of a call that makes a command idempotent. */
export type IdempotentCall = Pick<Call, 'idempotencyKey' | 'caller' | 'peer' | 'method' | 'deadline' | 'signal' | 'requestBytes'>;

/** Longest wait for another try of the same command, in milliseconds, where the call has no earlier deadline. */
const LONGEST_WAIT_MS = 30_000;

/** Refusals: the handler decided against the command before it changed anything. */
const REFUSALS: ReadonlySet<number> = new Set([
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.ALREADY_EXISTS,
  status.PERMISSION_DENIED,
  status.UNAUTHENTICATED,
  status.FAILED_PRECONDITION,
  status.OUT_OF_RANGE,
]);

/**
 * Does a command once per idempotency key: the first call with a key does the `work`, later ones get its answer, and those that come meanwhile wait for it.
 * A try that was refused frees its key. A try that broke off (an error, a crash) is taken up by the next with the same `resourceId`. Without a key the work
 * is just done.
 *
 * An answer that `work` did not store by `claim.complete` is stored after it; between the two, a crash makes the next try do the work again.
 *
 * @throws Failure IDEMPOTENCY_KEY_REUSED (the key was used with another request), CONCURRENT_CHANGE (another try is still at it), and what `work` throws
 */
export async function idempotent<Response>(
  database: HasSql,
  call: IdempotentCall,
  { codec, request = call.requestBytes, leaseMs = 30_000 }: IdempotentOptions<Response>,
  work: (claim: IdempotencyClaim<Response>) => Promise<Response>,
): Promise<Response> {
  if (call.idempotencyKey === undefined) return work({ resourceId: newId(), complete: async () => undefined });
  const key: IdempotencyKey = {
    scope: `${call.caller?.userId ?? call.peer} ${call.method}`,
    key: call.idempotencyKey,
    requestHash: createHash('sha256').update(request).digest(),
  };
  const waitUntil = Math.min(call.deadline, Date.now() + LONGEST_WAIT_MS);
  for (let tries = 0; ; tries += 1) {
    const claim = await claimKey(database.sql, key, leaseMs);
    if (claim.state === 'claimed') return attempt(database, key, claim, codec, work);
    if (claim.state === 'done') return codec.decode(claim.response);
    if (claim.state === 'reused') {
      throw failure('IDEMPOTENCY_KEY_REUSED', 'This idempotency key was used with another request; use a new key for a new request.');
    }
    const waitMs = Math.max(5, backoffMs(tries, { initialMs: 20, maxMs: 500 }));
    if (Date.now() + waitMs >= waitUntil) {
      throw failure('CONCURRENT_CHANGE', 'The same request is being handled; try again with the same idempotency key.');
    }
    if (!(await sleep(waitMs, call.signal))) call.signal.throwIfAborted();
  }
}

async function attempt<Response>(
  database: HasSql,
  key: IdempotencyKey,
  claimed: ClaimedKey,
  codec: Codec<Response>,
  work: (claim: IdempotencyClaim<Response>) => Promise<Response>,
): Promise<Response> {
  let stored = false;
  const complete = async (tx: HasSql, answer: Response): Promise<void> => {
    stored = await completeKey(tx.sql, key, claimed, codec.encode(answer).finish());
    if (!stored) throw failure('CONCURRENT_CHANGE', 'This took so long that another try of the same request has taken over.');
  };
  try {
    const answer = await work({ resourceId: claimed.resourceId, complete });
    if (!stored) await complete(database, answer);
    return answer;
  } catch (error) {
    const refused = error instanceof Failure && REFUSALS.has(error.code);
    // When even this fails, the claim runs out by itself. After a commit there is an answer, and neither changes anything.
    await (refused ? freeKey : releaseKey)(database.sql, key, claimed).catch(() => undefined);
    throw error;
  }
}
