import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RevocationReason } from '@shopverse/contracts/shopverse/auth/v1/auth_events';
import { eventTypes } from '@shopverse/contracts/event-types';
import type { EventHandler, ReceivedEvent } from '@shopverse/mesh/events/handler';
import { newId } from '@shopverse/mesh/ids';
import { sql } from 'kysely';
import { onProfileUpdated } from './consumers/on-profile-updated.ts';
import { onUserDeleted } from './consumers/on-user-deleted.ts';
import { openAuthScene, type AuthScene } from './testing/auth-scene.ts';
import { reasonOf } from './testing/refusal.ts';

const password = 'a horse, a staple';
let scene: AuthScene;
let deleted: EventHandler;
let updated: EventHandler;
const recorded: string[] = [];
beforeAll(async () => {
  scene = await openAuthScene();
  const users = { recordErasure: async ({ userId }: { userId: string }) => (recorded.push(userId), {}) };
  deleted = onUserDeleted({ database: scene.database, users, clock: scene.clock });
  updated = onProfileUpdated({ database: scene.database });
}, 60_000);
afterAll(() => scene.close());

const bytesOf = {
  UserDeleted: (message: { userId: string }) =>
    eventTypes['shopverse.user.v1.UserDeleted'].codec.encode({ ...message, deletedAt: new Date() }).finish(),
  ProfileUpdated: (message: { userId: string; fullName: string }) =>
    eventTypes['shopverse.user.v1.ProfileUpdated'].codec.encode({ ...message, updatedAt: new Date() }).finish(),
};
const deletion = (userId: string) => deleted.handle(bytesOf.UserDeleted({ userId }), {} as ReceivedEvent);
const renaming = (userId: string, fullName: string) => updated.handle(bytesOf.ProfileUpdated({ userId, fullName }), {} as ReceivedEvent);
const someone = async () => {
  const email = `${newId()}@example.com`;
  const { userId } = await scene.auth.register({ email, fullName: 'Asha Rao', phone: '', password });
  return { email, userId };
};
const rowOf = async (userId: string) => {
  const { rows } = await sql<{ row: string }>`select accounts::text || coalesce((select string_agg(s::text, '') from sessions s where user_id = ${userId}), '') as row from accounts where id = ${userId}`.execute(scene.database.sql); // prettier-ignore
  return rows[0]?.row ?? '';
};

describe('the account of a deleted user', () => {
  it('has nothing personal left, its sessions are over, and nobody signs in to it', async () => {
    const { email, userId } = await someone();
    const pair = await scene.auth.login({ email, password });
    await deletion(userId);
    expect(recorded).toContain(userId);
    for (const personal of [email, 'Asha', '$argon2id$']) expect(await rowOf(userId)).not.toContain(personal);
    expect(await reasonOf(scene.auth.refreshToken({ refreshToken: pair.refreshToken }))).toBe('INVALID_REFRESH_TOKEN');
    expect(await reasonOf(scene.auth.login({ email, password }))).toBe('INVALID_CREDENTIALS');
    for (const tried of [password, ''])
      expect(await reasonOf(scene.auth.login({ email: `${userId}@deleted.invalid`, password: tried }))).not.toBe('OK');
    const last = (await scene.events(userId)).at(-1);
    expect(last).toMatchObject({ type: 'SessionRevoked', message: { reason: RevocationReason.ACCOUNT_DELETED } });
  });

  it('once more changes nothing, and its address is free', async () => {
    const { email, userId } = await someone();
    await scene.auth.login({ email, password });
    for (let times = 0; times < 3; times += 1) await deletion(userId);
    expect((await scene.events(userId)).filter(({ type }) => type === 'SessionRevoked')).toHaveLength(1);
    const again = await scene.auth.register({ email, fullName: 'Asha Rao', phone: '', password });
    expect(again.userId).not.toBe(userId);
  });
});

describe('the name of an account', () => {
  it('is that of the profile, but for one who is gone', async () => {
    const { email, userId } = await someone();
    await renaming(userId, 'Asha Iyer');
    expect(await rowOf(userId)).toContain('Asha Iyer');
    expect((await scene.auth.login({ email, password })).userId).toBe(userId);
    await deletion(userId);
    await renaming(userId, 'Asha Again');
    expect(await rowOf(userId)).not.toContain('Asha');
  });
});
