import { join } from 'node:path';
import { Role } from '@shopverse/contracts/shopverse/access/v1/access';
import { eventTypes } from '@shopverse/contracts/event-types';
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { openScene } from '@shopverse/mesh/events/testing/scene';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { newId } from '@shopverse/mesh/ids';
import { currentCall, type Call, type Caller } from '@shopverse/mesh/rpc/call';
import { openClient, type RpcClient } from '@shopverse/mesh/rpc/client';
import { openMessageJson } from '@shopverse/mesh/rpc/message-json';
import { RpcServer } from '@shopverse/mesh/rpc/serve';
import { openPostgres } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';
import { userHandlers } from '../rpc/user-handlers.ts';
import { entities } from '../store/entities.ts';
import { migrations } from '../store/migrations/migrations.ts';
import { OwnLists } from './own-lists.ts';

type Client = RpcClient<typeof UserServiceDefinition>;

/** The user service in this process with its own PostgreSQL, behind mutual TLS, with clients as several workloads have them. */
export async function openUserScene() {
  const scene = await openScene(['postgres']);
  const host = scene.host('user');
  const database = await openPostgres(host, { url: scene.stack.addresses.database('user'), entities, migrations });
  const certificates = join(scene.stack.home.folder, 'test-certificates');
  const authority = await CertificateAuthority.open(join(certificates, 'authority'));
  const credentials = async (workload: string) => {
    await authority.issueInto(join(certificates, workload), workload);
    return new WorkloadCredentials(join(certificates, workload));
  };
  /** What order says of each customer. */
  const openOrders = new Map<string, number>();
  const lists = new OwnLists();
  const orders = {
    countOpenOrders: async ({ customerId }: { customerId: string }) => ({ openOrders: openOrders.get(customerId) ?? 0 }),
    listMyOrders: lists.listMyOrders,
  };
  /** Who is an admin, as auth says. */
  const admins = new Set<string>();
  const auth = {
    getAccountRole: async ({ userId }: { userId: string }) => ({ role: admins.has(userId) ? Role.ADMIN : Role.CUSTOMER }),
    listSessions: lists.listSessions,
  };
  const deps = {
    database,
    auth,
    orders,
    payments: lists,
    notifications: lists,
    messageJson: await openMessageJson(),
    clock: () => new Date(),
  };
  const server = new RpcServer({ credentials: (await credentials('user')).server(), log: host.log });
  server.add(UserServiceDefinition, userHandlers(deps));
  const target = `127.0.0.1:${await server.listen('127.0.0.1:0')}`;
  const clients = new Map<string, { readonly client: Client; close(): void }>();
  for (const workload of ['auth', 'edge', 'notification', 'order', 'product', 'recommendation'])
    clients.set(
      workload,
      openClient(UserServiceDefinition, { name: 'user', target, credentials: (await credentials(workload)).channel('user') }),
    );

  const as = (workload: string): Client => {
    const open = clients.get(workload);
    if (open === undefined) throw new Error(`No client of ${workload}.`);
    return open.client;
  };
  const calling = async <T>(caller: Partial<Caller>, run: (client: Client) => Promise<T>): Promise<T> => {
    const call = { caller: { userId: newId(), role: 'CUSTOMER', email: '', sessionId: '', ...caller }, requestId: newId(), deadline: Infinity, signal: new AbortController().signal }; // prettier-ignore
    return currentCall.run(call as unknown as Call, () => run(as('edge')));
  };
  return {
    database,
    openOrders,
    admins,
    lists,
    /** The service as a workload calls it, for nobody. */
    as,
    /** Calls the service as the edge does for a signed-in user. */
    by: <T>(userId: string, run: (client: Client) => Promise<T>) => calling({ userId }, run),
    byAdmin: <T>(run: (client: Client) => Promise<T>) => calling({ role: 'ADMIN' }, run),
    /** A new user. */
    person: async (over: { fullName?: string; email?: string; phone?: string } = {}) =>
      as('auth').createProfile({ userId: newId(), fullName: 'आशा राव', email: 'asha@example.com', phone: '+919876543210', ...over }),
    /** The events of one user in the outbox, oldest first. */
    events: async (userId: string) => {
      const { rows } = await sql<{ type: keyof typeof eventTypes; payload: Buffer }>`
        select type, payload from outbox where aggregateid = ${userId} order by position`.execute(database.sql);
      return rows.map(({ type, payload }) => ({
        type: type.replace('shopverse.user.v1.', ''),
        message: eventTypes[type].codec.decode(payload),
      }));
    },
    close: async () => {
      for (const { close } of clients.values()) close();
      await server.drain(1_000);
      await scene.close();
    },
  };
}

export type UserScene = Awaited<ReturnType<typeof openUserScene>>;

/** The reason of the refusal that a call ends with. */
export const reasonOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'OK',
    (error: unknown) => (error as { reason?: unknown }).reason ?? error,
  );
