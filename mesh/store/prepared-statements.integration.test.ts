import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql, type QueryExecutorProvider } from 'kysely';
import { openScene, type Scene } from '../events/testing/scene.ts';
import { openPostgres, type Postgres } from './postgres.ts';
import { StatementNames } from './prepared-statements.ts';

let scene: Scene;
/** Of a service that serves while another process changes the schema; each has one connection, so that it is known which. */
let database: Postgres;
let migrating: Postgres;

beforeAll(async () => {
  scene = await openScene(['postgres']);
  const url = scene.stack.addresses.database('order');
  database = await openPostgres(scene.host('order'), { url, poolSize: 1 });
  migrating = await openPostgres(scene.host('order'), { url, poolSize: 1 });
  await sql`create table shelf (id integer primary key, name text not null)`.execute(migrating.sql);
  await sql`insert into shelf values (1, 'top')`.execute(migrating.sql);
});
afterAll(() => scene.close());

const byId = (executor: QueryExecutorProvider, id: number) => sql`select * from shelf where id = ${id}`.execute(executor);

async function preparedTexts(executor: QueryExecutorProvider): Promise<string[]> {
  const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(executor);
  return rows.map(({ statement }) => statement);
}

describe('statements', () => {
  it('that come again and again are prepared, by reads as by transactions', async () => {
    await byId(database.sql, 1);
    await byId(database.sql, 2);
    expect(await preparedTexts(database.sql)).toEqual([]);
    await byId(database.sql, 3);
    expect(await preparedTexts(database.sql)).toEqual(['select * from shelf where id = $1']);
    const rows = await database.transaction(async (tx) => (await byId(tx.sql, 1)).rows);
    expect(rows).toEqual([{ id: 1, name: 'top' }]);
    expect(await preparedTexts(database.sql)).toHaveLength(1);
  });

  it('are prepared anew when a migration changed what they answer', async () => {
    for (let times = 0; times < 6; times += 1) await byId(database.sql, 1);
    await sql`alter table shelf add column room text not null default 'hall'`.execute(migrating.sql);
    expect((await byId(database.sql, 1)).rows).toEqual([{ id: 1, name: 'top', room: 'hall' }]);
    await byId(database.sql, 1);
    await sql`alter table shelf add column floor integer not null default 2`.execute(migrating.sql);
    let runs = 0;
    const rows = await database.transaction(async (tx) => {
      runs += 1;
      return (await byId(tx.sql, 1)).rows;
    });
    expect(rows).toEqual([{ id: 1, name: 'top', room: 'hall', floor: 2 }]);
    expect(runs).toBe(2);
  });

  it('that are refused are refused each time, and the connection goes on', async () => {
    const add = () => sql`insert into shelf (id, name) values (${1}, ${'again'})`.execute(database.sql);
    for (let times = 0; times < 5; times += 1) await expect(add()).rejects.toMatchObject({ code: '23505' });
    const divide = (by: number) => sql`select 1 / ${by}::integer as part`.execute(database.sql);
    for (let times = 0; times < 5; times += 1) await expect(divide(0)).rejects.toMatchObject({ code: '22012' });
    expect((await divide(1)).rows).toEqual([{ part: 1 }]);
  });
});

describe('the names of statements', () => {
  it('are given to those seen often, up to a limit, and never twice', () => {
    const names = new StatementNames();
    const often = (text: string) => [1, 2, 3, 4].map(() => names.of(text));
    expect(often('a')).toEqual([undefined, undefined, 's1', 's1']);
    for (const _connection of [1, 2, 3]) names.renew('a', 's1');
    names.renew('never seen', 's1');
    expect(names.of('a')).toBe('s2');
    const given = Array.from({ length: 300 }, (_, index) => often(`text ${index}`).at(-1));
    expect(new Set(given.filter((name) => name !== undefined)).size).toBe(199);
    expect(given.at(-1)).toBeUndefined();
  });

  it('are not kept back by texts that come once', () => {
    const names = new StatementNames();
    for (let index = 0; index < 5_000; index += 1) expect(names.of(`select ${index}`)).toBeUndefined();
    expect([names.of('a'), names.of('a'), names.of('a')]).toEqual([undefined, undefined, 's1']);
  });
});
