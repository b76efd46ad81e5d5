import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { openScene, type Scene } from '@shopverse/mesh/events/testing/scene';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { newId } from '@shopverse/mesh/ids';
import { currentCall, type Call } from '@shopverse/mesh/rpc/call';
import { openClient, type RpcClient } from '@shopverse/mesh/rpc/client';
import { RpcServer } from '@shopverse/mesh/rpc/serve';
import { openPostgres, type Postgres } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';
import { createProfile } from './rpc/create-profile.ts';
import { batchGetProfiles, getProfile } from './rpc/get-profiles.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations/migrations.ts';

type Client = RpcClient<typeof UserServiceDefinition>;

let scene: Scene;
let database: Postgres;
const clients = new Map<string, Client>();
const closing: (() => Promise<void> | void)[] = [];

beforeAll(async () => {
  scene = await openScene(['postgres']);
  const host = scene.host('user');
  database = await openPostgres(host, { url: scene.stack.addresses.database('user'), entities, migrations });
  const certificates = join(scene.stack.home.folder, 'test-certificates');
  const authority = await CertificateAuthority.open(join(certificates, 'authority'));
  const credentials = async (workload: string) => {
    await authority.issueInto(join(certificates, workload), workload);
    return new WorkloadCredentials(join(certificates, workload));
  };
  const server = new RpcServer({ credentials: (await credentials('user')).server(), log: host.log });
  server.add(UserServiceDefinition, {
    getProfile: getProfile({ database }),
    createProfile: createProfile({ database, clock: () => new Date() }),
    batchGetProfiles: batchGetProfiles({ database }),
  });
  const target = `127.0.0.1:${await server.listen('127.0.0.1:0')}`;
  closing.push(() => server.drain(1_000));
  for (const workload of ['auth', 'edge', 'order', 'product']) {
    const open = openClient(UserServiceDefinition, { name: 'user', target, credentials: (await credentials(workload)).channel('user') });
    clients.set(workload, open.client);
    closing.push(() => open.close());
  }
}, 60_000);
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await scene.close();
});

function as(workload: string): Client {
  const client = clients.get(workload);
  if (client === undefined) throw new Error(`No client of ${workload}.`);
  return client;
}

const person = (userId = newId()) => ({ userId, fullName: 'आशा राव', email: 'asha@example.com', phone: '+919876543210' });
const profileFor = (userId: string) => {
  const call = { caller: { userId, role: 'CUSTOMER', email: '', sessionId: '' }, requestId: newId(), deadline: Infinity, signal: new AbortController().signal }; // prettier-ignore
  return currentCall.run(call as unknown as Call, () => as('edge').getProfile({}));
};

describe('a profile', () => {
  it('is made by auth and read by whom it belongs to', async () => {
    const { userId, ...rest } = person();
    const made = await as('auth').createProfile({ userId, ...rest });
    expect(made).toEqual({ id: userId, ...rest, createdAt: expect.any(Date), updatedAt: made.createdAt });
    expect(await profileFor(userId)).toEqual(made);
  });

  it('is made once, however often and however many at once ask for it; the first one’s words stay', async () => {
    const first = await as('auth').createProfile(person());
    expect(await as('auth').createProfile({ ...person(first.id), fullName: 'Somebody Else' })).toEqual(first);
    const userId = newId();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => as('auth').createProfile({ ...person(userId), fullName: `Name ${n}` })),
    );
    expect(new Set(answers.map(({ fullName }) => fullName)).size).toBe(1);
    const { rows } = await sql`select 1 from profiles where id = ${userId}`.execute(database.sql);
    expect(rows).toHaveLength(1);
  });

  it('that is not there is USER_NOT_FOUND, also for an id that could be nobody’s', async () => {
    await expect(profileFor(newId())).rejects.toMatchObject({ reason: 'USER_NOT_FOUND' });
    await expect(profileFor("x'; drop table profiles --")).rejects.toMatchObject({ reason: 'USER_NOT_FOUND' });
  });

  it('of a user without a phone has an empty one', async () => {
    expect(await as('auth').createProfile({ ...person(), phone: '' })).toMatchObject({ phone: '' });
  });
});

describe('profiles by id', () => {
  it('are those that are there', async () => {
    const made = await Promise.all([1, 2, 3].map(() => as('auth').createProfile(person())));
    const { profiles } = await as('order').batchGetProfiles({ userIds: [...made.map(({ id }) => id), newId()] });
    const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
    expect(profiles.toSorted(byId)).toEqual(made.toSorted(byId));
  });

  it('are for the workloads that the contract names', async () => {
    const refused = await as('product')
      .batchGetProfiles({ userIds: [newId()] })
      .catch((error: { cause: { code: number } }) => error.cause.code);
    expect(refused).toBe(7);
    const edge = await as('edge')
      .createProfile(person())
      .catch((error: { cause: { code: number } }) => error.cause.code);
    expect(edge).toBe(7);
  });
});
