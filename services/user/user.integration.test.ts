import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@shopverse/mesh/ids';
import type { Call } from '@shopverse/mesh/rpc/call';
import { openPostgres, type Postgres } from '@shopverse/mesh/store/postgres';
import { openScene, type Scene } from '@shopverse/mesh/events/testing/scene';
import { createProfile } from './rpc/create-profile.ts';
import { batchGetProfiles, getProfile } from './rpc/get-profiles.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations/migrations.ts';

let scene: Scene;
let database: Postgres;
const callOf = (userId: string) => ({ caller: { userId, role: 'CUSTOMER', email: '', sessionId: '' } }) as unknown as Call;
const nobody = {} as unknown as Call;
const asha = { fullName: 'Asha Rao', email: 'asha@example.com', phone: '+919876543210' };

beforeAll(async () => {
  scene = await openScene(['postgres']);
  database = await openPostgres(scene.host('user'), { url: scene.stack.addresses.database('user'), entities, migrations });
}, 60_000);
afterAll(() => scene.close());

describe('a profile', () => {
  it('is made once, however often and with whatever else it is asked for', async () => {
    const userId = newId();
    const create = createProfile({ database, clock: () => new Date('2026-01-02T03:04:05.678Z') });
    const made = await Promise.all(Array.from({ length: 8 }, () => create({ userId, ...asha }, nobody)));
    const again = await create({ userId, fullName: 'Somebody Else', email: 'else@example.com', phone: '' }, nobody);
    const expected = {
      id: userId,
      ...asha,
      createdAt: new Date('2026-01-02T03:04:05.678Z'),
      updatedAt: new Date('2026-01-02T03:04:05.678Z'),
    };
    for (const profile of [...made, again]) expect(profile).toEqual(expected);
  });

  it("is the caller's own, and nobody's before it is there", async () => {
    const [userId, other] = [newId(), newId()];
    await createProfile({ database, clock: () => new Date() })({ userId, ...asha }, nobody);
    await expect(getProfile({ database })({}, callOf(userId))).resolves.toMatchObject({ id: userId, ...asha });
    await expect(getProfile({ database })({}, callOf(other))).rejects.toMatchObject({ reason: 'USER_NOT_FOUND' });
  });

  it('is found among many by id; unknown ids are left out', async () => {
    const ids = [newId(), newId(), newId()];
    const create = createProfile({ database, clock: () => new Date() });
    for (const userId of ids.slice(0, 2)) await create({ userId, ...asha }, nobody);
    const { profiles } = await batchGetProfiles({ database })({ userIds: ids }, nobody);
    expect(profiles.map(({ id }) => id).sort()).toEqual(ids.slice(0, 2).sort());
  });
});
