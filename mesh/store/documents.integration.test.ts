import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openScene, type Scene, type TestHost } from '../events/testing/scene.ts';
import { kindOf } from '../events/trouble.ts';
import { insertBatch, openClickHouse } from './clickhouse.ts';
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
  const migrations = [
    {
      name: '1-events',
      statements: [
        `CREATE TABLE IF NOT EXISTS counted (id String, amount Int64) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100`,
        `CREATE TABLE IF NOT EXISTS total (amount Int64) ENGINE = SummingMergeTree ORDER BY tuple() SETTINGS non_replicated_deduplication_window = 100`,
        `CREATE MATERIALIZED VIEW IF NOT EXISTS total_of_counted TO total AS SELECT amount FROM counted`,
      ],
    },
  ];
  const open = (host: TestHost, more: typeof migrations = []): Promise<ClickHouseClient> =>
    openClickHouse(host, { url: scene.stack.addresses.clickhouse, migrations: [...migrations, ...more] });
  async function figures(client: ClickHouseClient) {
    const query = 'SELECT toString(count()) AS rows, (SELECT toString(sum(amount)) FROM total) AS amount FROM counted';
    return (await client.query({ query, format: 'JSONEachRow' })).json();
  }

  it('is migrated once, is transient trouble while it is away, and works when it is back', async () => {
    const host = scene.host('analytics');
    const client = await open(host);
    const again = await open(scene.host('analytics'), [{ name: '2-more', statements: ['CREATE TABLE more (id String) ENGINE = Log'] }]);
    await open(scene.host('analytics'), [{ name: '2-more', statements: ['CREATE TABLE more (id String) ENGINE = Log'] }]);
    await insertBatch(again, { table: 'more', rows: [{ id: 'a' }] });
    await insertBatch(again, { table: 'more', rows: [] });

    const check = host.checks.get('clickhouse');
    await expect(check?.(host.signal)).resolves.toBeUndefined();
    await scene.stack.supervisor.part('clickhouse').stop();
    const error: unknown = await figures(client).catch((reason: unknown) => reason);
    expect(kindOf(error)).toBe('transient');
    await expect(check?.(host.signal)).rejects.toThrow('ECONNREFUSED');
    await scene.stack.supervisor.part('clickhouse').start();
    expect(await figures(client)).toEqual([{ rows: '0', amount: '0' }]);
  });

  it('drops a batch that is sent again, also from the figures behind it', async () => {
    const client = await open(scene.host('analytics'));
    const rows = [1, 2, 3].map((amount) => ({ id: `r${amount}`, amount }));
    for (let tries = 0; tries < 3; tries += 1) await insertBatch(client, { table: 'counted', rows });
    expect(await figures(client)).toEqual([{ rows: '3', amount: '6' }]);
    await insertBatch(client, { table: 'counted', rows, token: 'another source' });
    expect(await figures(client)).toEqual([{ rows: '6', amount: '12' }]);
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
