import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { rotation, openAuthScene, type AuthScene } from './testing/auth-scene.ts';

let scene: AuthScene;
beforeAll(async () => {
  scene = await openAuthScene();
}, 60_000);
afterAll(() => scene.close());
afterEach(() => {
  scene.time.aheadMs = 0;
});

describe('signing keys', () => {
  it('are shared by all replicas, however many begin at once', async () => {
    await sql`delete from signing_keys`.execute(scene.database.sql);
    const rings = Array.from({ length: 5 }, () => scene.newKeyRing());
    await Promise.all(rings.map((ring) => ring.refresh()));
    await scene.keys.refresh();
    expect(new Set(rings.map((ring) => ring.signer().kid))).toEqual(new Set([scene.keys.signer().kid]));
    expect(await scene.count(sql`select count(*) from signing_keys`)).toBe(1);
  });

  it('lie in the database encrypted', async () => {
    const { rows } = await sql<{ sealed_private_key: Buffer }>`select sealed_private_key from signing_keys`.execute(scene.database.sql);
    expect(rows[0]?.sealed_private_key.toString('latin1')).not.toContain('PRIVATE KEY');
  });

  it('follow each other in time: published first, then signing, and deleted when their last token has expired', async () => {
    await scene.keys.refresh();
    const first = scene.keys.signer().kid;
    const kids = () => scene.keys.publicKeys().keys.map(({ kid }) => kid);
    scene.time.aheadMs = rotation.rotationMs + 1_000;
    await Promise.all([scene.keys.refresh(), scene.newKeyRing().refresh()]);
    expect([scene.keys.signer().kid, kids().length]).toEqual([first, 2]);
    scene.time.aheadMs += rotation.aheadMs + 1_000;
    await scene.keys.refresh();
    const second = scene.keys.signer().kid;
    expect(second).not.toBe(first);
    expect(kids()).toEqual([first, second]);
    scene.time.aheadMs += rotation.keepMs;
    await scene.keys.refresh();
    expect([kids(), await scene.count(sql`select count(*) from signing_keys`)]).toEqual([[second], 1]);
  });
});
