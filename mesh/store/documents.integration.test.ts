import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openScene, type Scene, type TestHost } from '../events/testing/scene.ts';
import { kindOf } from '../events/trouble.ts';
import { openClickHouse } from './clickhouse.ts';
import { openMongo } from './mongodb.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene(['mongodb', 'clickhouse']);
});
afterAll(() => scene.close());

describe('MongoDB', () => {
  it('is opened with its indexes, is transient trouble while it is away, and works when it is back', async () => {
    const host = scene.host('notification');
    const indexes = { notices: [{ key: { userId: 1, _id: -1 } }, { key: { eventId: 1 }, unique: true, name: 'once' }], empty: [] };
    const database = await openMongo(host, { url: scene.stack.addresses.mongodb('notification'), indexes });
    const notices = database.collection<{ _id: string; eventId: string }>('notices');
    await notices.insertOne({ _id: 'a', eventId: 'e' });
    await expect(notices.insertOne({ _id: 'b', eventId: 'e' })).rejects.toMatchObject({ code: 11000 });
    const check = host.checks.get('mongodb');
    await expect(check?.(host.signal)).resolves.toBeUndefined();

    await scene.stack.supervisor.part('mongodb').stop();
    const error: unknown = await notices.findOne({}).catch((reason: unknown) => reason);
    expect(kindOf(error)).toBe('transient');
    await expect(check?.(host.signal)).rejects.toThrow('ECONNREFUSED');
    await scene.stack.supervisor.part('mongodb').start();
    expect(await notices.findOne({ eventId: 'e' })).toEqual({ _id: 'a', eventId: 'e' });
    // Opening again finds the indexes and leaves them.
    await openMongo(scene.host('notification'), { url: scene.stack.addresses.mongodb('notification'), indexes });
  });
});

describe('ClickHouse', () => {
  const migrations = [{ name: '1-events', statements: ['CREATE TABLE IF NOT EXISTS counted (id String) ENGINE = MergeTree ORDER BY id'] }];
  const open = (host: TestHost, more: typeof migrations = []): Promise<ClickHouseClient> =>
    openClickHouse(host, { url: scene.stack.addresses.clickhouse, migrations: [...migrations, ...more] });
  const rowsIn = async (client: ClickHouseClient) =>
    (await client.query({ query: 'SELECT toString(count()) AS rows FROM counted', format: 'JSONEachRow' })).json();

  it('is migrated once, is transient trouble while it is away, and works when it is back', async () => {
    const host = scene.host('analytics');
    const client = await open(host);
    const again = await open(scene.host('analytics'), [{ name: '2-more', statements: ['CREATE TABLE more (id String) ENGINE = Log'] }]);
    await open(scene.host('analytics'), [{ name: '2-more', statements: ['CREATE TABLE more (id String) ENGINE = Log'] }]);
    await again.insert({ table: 'more', values: [{ id: 'a' }], format: 'JSONEachRow' });

    const check = host.checks.get('clickhouse');
    await expect(check?.(host.signal)).resolves.toBeUndefined();
    await scene.stack.supervisor.part('clickhouse').stop();
    const error: unknown = await rowsIn(client).catch((reason: unknown) => reason);
    expect(kindOf(error)).toBe('transient');
    await expect(check?.(host.signal)).rejects.toThrow('ECONNREFUSED');
    await scene.stack.supervisor.part('clickhouse').start();
    expect(await rowsIn(client)).toEqual([{ rows: '0' }]);
  });

  it.each([
    ['the schema', (url: string) => url, [{ name: '3-broken', statements: ['CREATE NONSENSE'] }]],
    ['the password', (url: string) => url.replace(/:[^:@]+@/, ':wrong@'), []],
  ])('stops the process with one sentence when it refuses %s', async (_what, address, broken) => {
    const url = address(scene.stack.addresses.clickhouse);
    const refused = openClickHouse(scene.host('analytics'), { url, migrations: [...migrations, ...broken] });
    await expect(refused).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/^ClickHouse \(CLICKHOUSE_URL\) refuses/),
    });
  });
});
