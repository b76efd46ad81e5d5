import { Migration } from '@mikro-orm/migrations';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { openScene, type Scene } from '../events/testing/scene.ts';
import { failure } from '../failure.ts';
import { newId } from '../ids.ts';
import { expireIdempotencyKeys } from './expire.ts';
import { claimKey, completeKey, freeKey, releaseKey, type ClaimedKey, type IdempotencyKey } from './idempotency-keys.ts';
import { idempotent, type IdempotencyClaim, type IdempotentCall } from './idempotency.ts';
import { openPostgres, type Postgres } from './postgres.ts';

class CreateOrders extends Migration {
  override up(): void {
    this.addSql('create table placed (id uuid not null, key text not null)');
  }
}

/** The answer of the command under test. */
interface Answer {
  readonly id: string;
}
const codec = {
  encode: (answer: Answer) => ({ finish: () => Buffer.from(answer.id) }),
  decode: (bytes: Uint8Array): Answer => ({ id: Buffer.from(bytes).toString() }),
};

let scene: Scene;
let database: Postgres;
beforeAll(async () => {
  scene = await openScene(['postgres']);
  const migrations = [{ name: '1-create-placed', class: CreateOrders }];
  database = await openPostgres(scene.host('order'), { url: scene.stack.addresses.database('order'), migrations });
});
afterAll(() => scene.close());

function callWith(idempotencyKey: string | undefined, changes: Partial<IdempotentCall> = {}): IdempotentCall {
  return {
    idempotencyKey,
    caller: { userId: 'ada', role: 'CUSTOMER', email: '', sessionId: '' },
    peer: 'edge',
    method: '/shopverse.order.v1.OrderService/CreateOrder',
    deadline: Date.now() + 10_000,
    signal: new AbortController().signal,
    requestBytes: Buffer.from('two pens'),
    ...changes,
  };
}

/** A command as services write them. */
function place(key: string) {
  return (claim: IdempotencyClaim<Answer>): Promise<Answer> =>
    database.transaction(async (tx) => {
      await sql`insert into placed (id, key) values (${claim.resourceId}, ${key})`.execute(tx.sql);
      await claim.complete(tx, { id: claim.resourceId });
      return { id: claim.resourceId };
    });
}

async function placed(key: string): Promise<string[]> {
  return (await sql<{ id: string }>`select id from placed where key = ${key}`.execute(database.sql)).rows.map(({ id }) => id);
}

describe('an idempotent command', () => {
  it('is done once by twenty concurrent calls, which get the same answer', async () => {
    const key = newId();
    const answers = await Promise.all(Array.from({ length: 20 }, () => idempotent(database, callWith(key), { codec }, place(key))));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await placed(key)).toEqual([answers[0]?.id]);
    expect(await idempotent(database, callWith(key), { codec }, place(key))).toEqual(answers[0]);
  });

  it('is refused when the key comes with another request, and changes nothing', async () => {
    const key = newId();
    await idempotent(database, callWith(key), { codec }, place(key));
    const other = idempotent(database, callWith(key, { requestBytes: Buffer.from('three pens') }), { codec }, place(key));
    await expect(other).rejects.toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });
    expect(await placed(key)).toHaveLength(1);
  });

  it('is another command for another caller or method, and each time without a key', async () => {
    const key = newId();
    const caller = { userId: 'grace', role: 'CUSTOMER', email: '', sessionId: '' } as const;
    for (const call of [
      callWith(key),
      callWith(key, { caller }),
      callWith(key, { method: '/other' }),
      callWith(undefined),
      callWith(undefined),
    ]) {
      await idempotent(database, call, { codec }, place(key));
    }
    expect(new Set(await placed(key)).size).toBe(5);
  });

  it('keeps its resource id when a try breaks off, also by a crash', async () => {
    const key = newId();
    const ids: string[] = [];
    const broken = idempotent(database, callWith(key), { codec }, async (claim) => {
      ids.push(claim.resourceId);
      throw failure('DEPENDENCY_UNAVAILABLE', 'The product service is away.');
    });
    await expect(broken).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
    // A process that is killed says nothing: its claim runs out.
    await new Promise<void>((entered) => {
      void idempotent(database, callWith(key), { codec, leaseMs: 300 }, async (claim) => {
        ids.push(claim.resourceId);
        entered();
        return new Promise<never>(() => undefined);
      });
    });
    const answer = await idempotent(database, callWith(key), { codec }, place(key));
    expect(ids).toEqual([answer.id, answer.id]);
    expect(await placed(key)).toEqual([answer.id]);
  });

  it('is not committed by a try that took so long that another has taken over', async () => {
    const key = newId();
    const [entered, overtaken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const late = idempotent(database, callWith(key), { codec, leaseMs: 100 }, async (claim) => {
      entered.resolve();
      await overtaken.promise;
      return place(key)(claim);
    });
    await entered.promise;
    const answer = await idempotent(database, callWith(key), { codec }, place(key));
    overtaken.resolve();
    await expect(late).rejects.toMatchObject({ reason: 'CONCURRENT_CHANGE' });
    expect(await placed(key)).toEqual([answer.id]);
  });

  it('frees its key when it is refused', async () => {
    const key = newId();
    const refused = idempotent(database, callWith(key), { codec }, async () => {
      throw failure('OUT_OF_STOCK', 'One pen is left.');
    });
    await expect(refused).rejects.toMatchObject({ reason: 'OUT_OF_STOCK' });
    const better = callWith(key, { requestBytes: Buffer.from('one pen') });
    await expect(idempotent(database, better, { codec }, place(key))).resolves.toBeDefined();
  });

  it('stores an answer that the work did not store itself', async () => {
    const key = newId();
    let runs = 0;
    const count = async ({ resourceId }: IdempotencyClaim<Answer>) => {
      runs += 1;
      return { id: resourceId };
    };
    const first = await idempotent(database, callWith(key), { codec }, count);
    expect(await idempotent(database, callWith(key), { codec }, count)).toEqual(first);
    expect(runs).toBe(1);
  });

  it('does not wait beyond the deadline for another try, nor for a caller who hung up', async () => {
    const key = newId();
    await claimKey(database.sql, { scope: `ada ${callWith(key).method}`, key, requestHash: Buffer.alloc(32) }, 60_000);
    const request = callWith(key).requestBytes;
    await sql`update idempotency_keys set request_hash = sha256(${request}::bytea) where key = ${key}`.execute(database.sql);
    const hurried = idempotent(database, callWith(key, { deadline: Date.now() + 200 }), { codec }, place(key));
    await expect(hurried).rejects.toMatchObject({ reason: 'CONCURRENT_CHANGE' });
    const gone = failure('CANCELLED', 'The call was cancelled.');
    const hungUp = idempotent(database, callWith(key, { signal: AbortSignal.abort(gone) }), { codec }, place(key));
    await expect(hungUp).rejects.toBe(gone);
  });

  it('is forgotten after its time', async () => {
    const key = newId();
    await idempotent(database, callWith(key), { codec }, place(key));
    await expireIdempotencyKeys(database, 60_000);
    await idempotent(database, callWith(key), { codec }, place(key));
    expect(await placed(key)).toHaveLength(1);
    await expireIdempotencyKeys(database, -1_000);
    await idempotent(database, callWith(key), { codec }, place(key));
    expect(await placed(key)).toHaveLength(2);
  });
});

/** What is true of a key, in the simplest words. */
interface Model {
  owner: { readonly attempt: number; readonly request: number; expired: boolean; done: boolean } | undefined;
  resourceId: string | undefined;
}
interface Real {
  readonly key: string;
  claim: ClaimedKey | undefined;
}

describe('the claims of a key', () => {
  const LEASE_MS = 60_000;
  const keyOf = ({ key }: Real, request = 1): IdempotencyKey => ({ scope: 's', key, requestHash: Buffer.from([request]) });

  const claims = (request: number): fc.AsyncCommand<Model, Real> => ({
    check: () => true,
    toString: () => `claim(request ${request})`,
    run: async (model, real) => {
      const result = await claimKey(database.sql, keyOf(real, request), LEASE_MS);
      const { owner } = model;
      if (owner !== undefined && owner.request !== request) return void expect(result).toEqual({ state: 'reused' });
      if (owner?.done === true) return void expect(result).toEqual({ state: 'done', response: Buffer.from(model.resourceId ?? '') });
      if (owner !== undefined && !owner.expired) return void expect(result).toEqual({ state: 'busy' });
      if (result.state !== 'claimed') throw new Error(`Not claimed but ${result.state}`);
      // Whoever takes over goes on with the id of the first.
      if (owner !== undefined) expect(result).toMatchObject({ resourceId: model.resourceId, attempt: owner.attempt + 1 });
      model.resourceId = result.resourceId;
      model.owner = { attempt: result.attempt, request, expired: false, done: false };
      real.claim = result;
    },
  });
  /** The latest owner, or one whose time ran out, wants to end its try. */
  const ends = (how: 'complete' | 'release' | 'free', stale: boolean): fc.AsyncCommand<Model, Real> => ({
    check: (model) => model.owner !== undefined && (!stale || model.owner.attempt > 1),
    toString: () => `${how}(${stale ? 'stale' : 'owner'})`,
    run: async (model, real) => {
      const { owner } = model;
      if (owner === undefined || real.claim === undefined) throw new Error('nobody owns it');
      const claim = stale ? { ...real.claim, attempt: owner.attempt - 1 } : real.claim;
      const valid = !stale && !owner.done;
      if (how === 'complete') {
        expect(await completeKey(database.sql, keyOf(real), claim, Buffer.from(claim.resourceId))).toBe(valid);
        if (valid) owner.done = true;
      } else if (how === 'release') {
        await releaseKey(database.sql, keyOf(real), claim);
        if (valid) owner.expired = true;
      } else {
        await freeKey(database.sql, keyOf(real), claim);
        if (valid) Object.assign(model, { owner: undefined, resourceId: undefined });
      }
    },
  });
  const runsOut: fc.AsyncCommand<Model, Real> = {
    check: (model) => model.owner !== undefined,
    toString: () => 'time runs out',
    run: async (model, { key }) => {
      await sql`update idempotency_keys set locked_until = now() - interval '1 second' where key = ${key}`.execute(database.sql);
      if (model.owner !== undefined) model.owner.expired = true;
    },
  };

  it('follow the rules in whatever order they are made, run out and end', async () => {
    const commands = fc.commands(
      [
        fc.constantFrom(1, 1, 1, 2).map(claims),
        fc
          .tuple(fc.constantFrom('complete' as const, 'release' as const, 'free' as const), fc.boolean())
          .map(([how, stale]) => ends(how, stale)),
        fc.constant(runsOut),
      ],
      { size: '+1' },
    );
    await fc.assert(
      fc.asyncProperty(commands, (plan) =>
        fc.asyncModelRun(() => ({ model: { owner: undefined, resourceId: undefined }, real: { key: newId(), claim: undefined } }), plan),
      ),
      { numRuns: 100 },
    );
  });

  it('are one at a time, whoever asks at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 12 }), async (callers) => {
        const key: IdempotencyKey = { scope: 's', key: newId(), requestHash: Buffer.from([1]) };
        const results = await Promise.all(Array.from({ length: callers }, () => claimKey(database.sql, key, LEASE_MS)));
        expect(results.filter(({ state }) => state === 'claimed')).toHaveLength(1);
        expect(results.filter(({ state }) => state === 'busy')).toHaveLength(callers - 1);
        await sql`update idempotency_keys set locked_until = now() - interval '1 second' where key = ${key.key}`.execute(database.sql);
        const takeOvers = await Promise.all(Array.from({ length: callers }, () => claimKey(database.sql, key, LEASE_MS)));
        expect(takeOvers.filter(({ state }) => state === 'claimed')).toEqual([expect.objectContaining({ attempt: 2 })]);
      }),
      { numRuns: 20 },
    );
  });
});
