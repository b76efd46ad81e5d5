import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { publishedAt, signerAt, turnOfNewKey } from '../domain/key-schedule.ts';
import type { Origin } from '../domain/security-event.ts';
import { makeSigningKey, type StoredKey } from '../keys/signing-key.ts';
import { SigningKeyEntity } from './entities.ts';
import { record } from './security-events.ts';

/** When keys follow each other, in milliseconds. */
export interface KeyRotation {
  /** How long a key signs. */
  readonly rotationMs: number;
  /** How long before its first signature a key is published. */
  readonly aheadMs: number;
  /** How long a key is published after its last signature. */
  readonly keepMs: number;
}

/** Held while keys are made or thrown away: all replicas share them. */
const KEY_MAKER_LOCK = 0x6b657973;

/** All keys, oldest turn first. */
export async function findSigningKeys(em: EntityManager): Promise<StoredKey[]> {
  const rows = await em.find(SigningKeyEntity, {}, { orderBy: { signsFrom: 'asc', kid: 'asc' } });
  return rows.map(({ kid, x, y, sealedPrivateKey, createdAt, signsFrom }) => ({ kid, x, y, sealedPrivateKey, createdAt, signsFrom }));
}

/**
 * Sees to it that a key signs now and that the next one is there in time, throws away those that nothing good is signed with any more, and answers
 * the rest. Any number of replicas may do this at once.
 */
export async function tendSigningKeys(
  database: Postgres,
  sealingKey: Uint8Array,
  { rotationMs, aheadMs, keepMs }: KeyRotation,
  now: Date,
): Promise<StoredKey[]> {
  const isDue = (keys: readonly StoredKey[]) => {
    const newest = keys.at(-1);
    return newest === undefined || newest.signsFrom.getTime() + rotationMs <= now.getTime();
  };
  const keys = await database.read(findSigningKeys);
  if (!isDue(keys) && publishedAt(keys, now, keepMs).length === keys.length && signerAt(keys, now) !== undefined) return keys;
  return database.transaction(async (tx) => {
    await sql`select pg_advisory_xact_lock(${KEY_MAKER_LOCK})`.execute(tx.sql);
    const kept = await findSigningKeys(tx.em);
    if (isDue(kept)) {
      const key = await makeSigningKey(sealingKey, now, turnOfNewKey(kept, now, aheadMs));
      await tx.em.insert(SigningKeyEntity, { ...key, sealedPrivateKey: Buffer.from(key.sealedPrivateKey) });
      kept.push(key);
    }
    const published = publishedAt(kept, now, keepMs);
    const past = kept.filter((key) => !published.includes(key)).map(({ kid }) => kid);
    if (past.length > 0) await tx.em.nativeDelete(SigningKeyEntity, { kid: { $in: past } });
    return published;
  });
}

/** The key that signs next. */
export interface NextKey {
  readonly kid: string;
  readonly signsFrom: Date;
}

/** See `signingKeyRotation`. */
export type RotateSigningKey = (actorId: string, origin: Origin) => Promise<NextKey>;

/**
 * Rotates by hand: makes the next key, whose turn comes when everybody can know it, unless one waits already. The one before stays published as long as tokens
 * of it may be good.
 */
export function signingKeyRotation(
  database: Postgres,
  sealingKey: Uint8Array,
  { aheadMs }: Pick<KeyRotation, 'aheadMs'>,
  clock: () => Date,
): RotateSigningKey {
  return (actorId, origin) =>
    database.transaction(async (tx) => {
      await sql`select pg_advisory_xact_lock(${KEY_MAKER_LOCK})`.execute(tx.sql);
      const [now, keys] = [clock(), await findSigningKeys(tx.em)];
      const waiting = keys.findLast(({ signsFrom }) => signsFrom > now);
      if (waiting !== undefined) return { kid: waiting.kid, signsFrom: waiting.signsFrom };
      const key = await makeSigningKey(sealingKey, now, turnOfNewKey(keys, now, aheadMs));
      await tx.em.insert(SigningKeyEntity, { ...key, sealedPrivateKey: Buffer.from(key.sealedPrivateKey) });
      await record(tx.em, { type: 'SIGNING_KEY_ROTATED', userId: undefined, actorId, detail: key.kid, at: now }, origin);
      return { kid: key.kid, signsFrom: key.signsFrom };
    });
}
