import { inspect } from 'node:util';
import { defineEntity, p } from '@mikro-orm/core';
import { Migration } from '@mikro-orm/migrations';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { countedEvents, eventually, openScene, type Scene, type TestHost } from '../events/testing/scene.ts';
import { failure } from '../failure.ts';
import { newId } from '../ids.ts';
import { currentCall, type Call } from '../rpc/call.ts';
import { openPostgres, type Postgres } from './postgres.ts';

const Account = defineEntity({
  name: 'Account',
  tableName: 'account',
  properties: { id: p.uuid().primary(), balance: p.integer(), version: p.integer().version() },
});

class CreateAccounts extends Migration {
  override up(): void {
    this.addSql(
      'create table account (id uuid primary key, balance integer not null check (balance >= 0), version integer not null default 1)',
    );
  }
}

const migrations = [{ name: '1-create-accounts', class: CreateAccounts }];
const counted = countedEvents('test-accounts');

let scene: Scene;
let host: TestHost;
let database: Postgres;
let url: string;

beforeAll(async () => {
  scene = await openScene(['postgres']);
  host = scene.host('order');
  url = scene.stack.addresses.database('order');
  database = await openPostgres(host, { url, entities: [Account], migrations, statementTimeoutMs: 500 });
});
afterAll(() => scene.close());

async function outbox(aggregate: string): Promise<string[]> {
  const { rows } = await sql<{ payload: Buffer }>`select payload from outbox where aggregateid = ${aggregate} order by position`.execute(
    database.sql,
  );
  return rows.map(({ payload }) => payload.toString());
}

describe('a transaction', () => {
  it('commits state and events together, the events in the order in which they were published', async () => {
    const id = newId();
    await database.transaction(async (tx) => {
      tx.publish(counted, { aggregate: id, number: 1 });
      tx.em.create(Account, { id, balance: 10 });
      tx.publish(counted, { aggregate: id, number: 2 });
    });
    expect(await database.read((em) => em.findOne(Account, { id }))).toMatchObject({ balance: 10 });
    expect(await outbox(id)).toEqual([`{"aggregate":"${id}","number":1}`, `{"aggregate":"${id}","number":2}`]);
  });

  it('leaves neither state nor events when it is refused', async () => {
    const id = newId();
    const refused = database.transaction(async (tx) => {
      tx.em.create(Account, { id, balance: 10 });
      tx.publish(counted, { aggregate: id, number: 1 });
      await tx.em.flush();
      throw failure('ORDER_STATE', 'No.');
    });
    await expect(refused).rejects.toMatchObject({ reason: 'ORDER_STATE' });
    expect(await database.read((em) => em.findOne(Account, { id }))).toBeNull();
    expect(await outbox(id)).toEqual([]);
  });

  it('leaves neither when the database refuses the state at the end', async () => {
    const id = newId();
    const refused = database.transaction(async (tx) => {
      tx.publish(counted, { aggregate: id, number: 1 });
      tx.em.create(Account, { id, balance: -1 });
    });
    const error: unknown = await refused.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: '23514', constraint: 'account_balance_check' });
    // PostgreSQL quotes the whole row, which is nobody's business in a log.
    expect(inspect(error)).not.toContain(id);
    expect(await outbox(id)).toEqual([]);
  });

  it('shares its connection between MikroORM and kysely', async () => {
    const id = newId();
    await database.transaction(async (tx) => {
      tx.em.create(Account, { id, balance: 10 });
      await tx.em.flush();
      await sql`update account set balance = 11 where id = ${id}`.execute(tx.sql);
    });
    const { rows } = await sql`select balance from account where id = ${id}`.execute(database.sql);
    expect(rows).toEqual([{ balance: 11 }]);
  });

  it('is run again when PostgreSQL ended it for a deadlock, and publishes once', async () => {
    // PostgreSQL looks for deadlocks after a second.
    const patient = await openPostgres(host, { url, entities: [Account], migrations });
    const [a, b] = [newId(), newId()];
    await patient.transaction(async (tx) => void [a, b].map((id) => tx.em.create(Account, { id, balance: 0 })));
    let [runs, held] = [0, 0];
    const bothHold = Promise.withResolvers<void>();
    const add = (first: string, second: string) =>
      patient.transaction(async (tx) => {
        runs += 1;
        await sql`update account set balance = balance + 1 where id = ${first}`.execute(tx.sql);
        held += 1;
        if (held === 2) bothHold.resolve();
        await bothHold.promise;
        await sql`update account set balance = balance + 1 where id = ${second}`.execute(tx.sql);
        tx.publish(counted, { aggregate: first, number: 1 });
      });
    await Promise.all([add(a, b), add(b, a)]);
    expect(runs).toBe(3);
    expect(await database.read((em) => em.find(Account, { id: { $in: [a, b] } }))).toMatchObject([{ balance: 2 }, { balance: 2 }]);
    expect([await outbox(a), await outbox(b)].flat()).toHaveLength(2);
  });
});

describe('trouble of the database', () => {
  it('is a concurrent change when somebody else wrote the same version', async () => {
    const id = newId();
    await database.transaction(async (tx) => void tx.em.create(Account, { id, balance: 10 }));
    const late = database.transaction(async (tx) => {
      const account = await tx.em.findOneOrFail(Account, { id });
      await database.transaction(async (other) => void ((await other.em.findOneOrFail(Account, { id })).balance = 5));
      account.balance = 6;
    });
    await expect(late).rejects.toMatchObject({ reason: 'CONCURRENT_CHANGE' });
  });

  it.each([
    ['a transaction', () => database.transaction((tx) => sql`select pg_sleep(5)`.execute(tx.sql))],
    ['a read', () => database.read((em) => em.execute('select pg_sleep(5)'))],
    ['a query', () => sql`select pg_sleep(5)`.execute(database.sql)],
  ])('is a deadline when a statement of %s takes too long', async (_what, slow) => {
    await expect(slow()).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
  });

  it('is an unavailable dependency while the server is away, and leaves the pool whole when it is back', async () => {
    const check = host.checks.get('postgres');
    await expect(check?.(host.signal)).resolves.toBeUndefined();
    let begun = 0;
    const server = scene.stack.supervisor.part('postgres');
    const cutOff = Array.from({ length: 10 }, () =>
      database.transaction(async (tx) => {
        await sql`select 1`.execute(tx.sql);
        begun += 1;
        await eventually('the server stops', () => check?.(host.signal).then(() => false, () => true)); // prettier-ignore
        await sql`select 1`.execute(tx.sql);
      }),
    );
    await eventually('all connections of the pool are in use', () => begun === 10);
    await server.stop();
    for (const transaction of cutOff) await expect(transaction).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
    await expect(database.read((em) => em.execute('select 1'))).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
    await expect(sql`select 1`.execute(database.sql)).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
    await server.start();
    await Promise.all(Array.from({ length: 10 }, () => database.transaction((tx) => sql`select 1`.execute(tx.sql))));
    await expect(check?.(host.signal)).resolves.toBeUndefined();
  });
});

describe('the schema', () => {
  it('is migrated by one replica at a time and left alone when it is up to date', async () => {
    const replicas = await Promise.all(
      [1, 2, 3].map(() => openPostgres(scene.host('payment'), { url: scene.stack.addresses.database('payment'), migrations })),
    );
    const { rows } = await sql`select name from migrations order by id`.execute(replicas[0]!.sql);
    expect(rows).toEqual([{ name: 'mesh-1-create-delivery-tables' }, { name: '1-create-accounts' }]);
  });

  it.each([
    [
      'a migration fails',
      () => url,
      [{ name: '2-broken', class: brokenMigration() }],
      /^The database schema can't be brought up to date: /,
    ],
    ['the password is wrong', () => url.replace(/:[^:@]+@/, ':wrong@'), [], /DATABASE_URL .*password authentication failed/],
    ['the database is not there', () => `${url}x`, [], /DATABASE_URL names is not there/],
  ])('stops the process with one sentence when %s', async (_what, address, broken, sentence) => {
    const open = openPostgres(scene.host('order'), { url: address(), migrations: [...migrations, ...broken] });
    await expect(open).rejects.toMatchObject({ name: 'ConfigError', message: expect.stringMatching(sentence) });
  });
});

function brokenMigration() {
  return class extends Migration {
    override up(): void {
      this.addSql('create table account ()');
    }
  };
}

describe('the statements of a call', () => {
  const called = <T>(signal: AbortSignal, run: () => Promise<T>) => currentCall.run({ signal } as Call, run);
  const sleepers = async () => {
    const { rows } = await sql<{ pid: number }>`
      select pid from pg_stat_activity where query like '%pg_sleep%' and state = 'active' and pid <> pg_backend_pid()`.execute(patient.sql);
    return rows.length;
  };
  let patient: Postgres;
  beforeAll(async () => {
    patient = await openPostgres(scene.host('order'), { url, migrations, statementTimeoutMs: 60_000, poolSize: 3 });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a transaction', () => patient.transaction((tx) => sql`select pg_sleep(50)`.execute(tx.sql))],
    ['a list', () => sql`select pg_sleep(50)`.execute(patient.sql)],
    ['an entity manager', () => patient.read((em) => em.getConnection().execute('select pg_sleep(50)'))],
  ])('of %s end with it, and nobody else’s', async (_what, work) => {
    const [ending, othersEnding] = [new AbortController(), new AbortController()];
    const mine = called(ending.signal, work);
    const other = called(othersEnding.signal, () => sql`select pg_sleep(50)`.execute(patient.sql));
    await eventually('both to be at work', async () => ((await sleepers()) === 2 ? true : undefined));
    ending.abort();
    await expect(mine).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
    // A backend tells its client of the error first, and then that it rests.
    await eventually('one of them to be at work', async () => ((await sleepers()) === 1 ? true : undefined));
    othersEnding.abort();
    await expect(other).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
    await eventually('none of them to be at work', async () => ((await sleepers()) === 0 ? true : undefined));
    // The pool has room again for as many as before.
    const again = Array.from({ length: 3 }, () => sql<{ one: number }>`select 1 as one`.execute(patient.sql));
    expect((await Promise.all(again)).flatMap(({ rows }) => rows)).toEqual([{ one: 1 }, { one: 1 }, { one: 1 }]);
  });

  it('that begin after its end run, so that they can clean up behind it', async () => {
    const { rows } = await called(AbortSignal.abort(), () => sql<{ one: number }>`select 1 as one`.execute(patient.sql));
    expect(rows).toEqual([{ one: 1 }]);
  });
});
