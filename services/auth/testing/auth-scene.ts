import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Client, Metadata } from '@grpc/grpc-js';
import { eventTypes } from '@shopverse/contracts/event-types';
import type { TokenPair } from '@shopverse/contracts/shopverse/auth/v1/auth';
import { AuthServiceDefinition, type LoginRequest } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { PasswordResetServiceDefinition } from '@shopverse/contracts/shopverse/auth/v1/password_reset_service';
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { openScene } from '@shopverse/mesh/events/testing/scene';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { newId } from '@shopverse/mesh/ids';
import { currentCall, type Call, type Caller } from '@shopverse/mesh/rpc/call';
import { openClient } from '@shopverse/mesh/rpc/client';
import { RpcServer } from '@shopverse/mesh/rpc/serve';
import { openPostgres } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';
import { accessTokens } from '../keys/access-token.ts';
import { KeyRing } from '../keys/key-ring.ts';
import { MasterKey } from '../keys/master-key.ts';
import { pseudonyms } from '../keys/pseudonyms.ts';
import { commonPasswords } from '../passwords/common-passwords.ts';
import { PasswordCheck } from '../passwords/password-check.ts';
import { PasswordHasher } from '../passwords/password-hasher.ts';
import { ProfileHandover } from '../profiles/profile-handover.ts';
import { changePassword } from '../rpc/change-password.ts';
import { getAccountRole } from '../rpc/get-account-role.ts';
import { getJwks } from '../rpc/get-jwks.ts';
import { issuePasswordResetToken } from '../rpc/issue-password-reset-token.ts';
import { listSecurityEvents } from '../rpc/list-security-events.ts';
import { listSessions } from '../rpc/list-sessions.ts';
import { login } from '../rpc/login.ts';
import { logoutEverywhere } from '../rpc/logout-everywhere.ts';
import { logout } from '../rpc/logout.ts';
import { refreshToken } from '../rpc/refresh-token.ts';
import { register } from '../rpc/register.ts';
import { requestPasswordReset } from '../rpc/request-password-reset.ts';
import { resetPassword } from '../rpc/reset-password.ts';
import { revokeSession } from '../rpc/revoke-session.ts';
import { rotateSigningKey } from '../rpc/rotate-signing-key.ts';
import { setRole } from '../rpc/set-role.ts';
import { entities } from '../store/entities.ts';
import { LoginTries } from '../store/login-tries.ts';
import { migrations } from '../store/migrations/migrations.ts';
import { signingKeyRotation, tendSigningKeys } from '../store/signing-key-repository.ts';
import { CountingLimit } from './counting-limit.ts';
import { reasonOf } from './refusal.ts';
import { UserServer } from './user-server.ts';

const HOUR_MS = 3600_000;
/** Cheap, as these tests are not about cost. */
const COST = { memoryKib: 64, passes: 1, lanes: 1 };

export const policy = { freeTries: 3, firstMs: 30_000, maxMs: 120_000, forgetMs: 24 * HOUR_MS };
export const clientPolicy = { ...policy, freeTries: 6, forgiveMs: 60_000 };
export const resets = { ttlMs: 1_800_000, mostPerHour: 3, mostPerClient: 20 };
export const lifetimes = { sessionMs: 48 * HOUR_MS, refreshTokenMs: 24 * HOUR_MS };
export const rotation = { rotationMs: 24 * HOUR_MS, aheadMs: 60_000, keepMs: HOUR_MS };
export const issuer = 'https://shopverse.test';
export const audience = 'shop';

/** The auth service in this process with its own PostgreSQL, a user server across mutual TLS, and a client as the edge has it. */
export async function openAuthScene() {
  const scene = await openScene(['postgres']);
  const host = scene.host('auth');
  const databaseUrl = scene.stack.addresses.database('auth');
  const database = await openPostgres(host, { url: databaseUrl, entities, migrations });
  const certificates = join(scene.stack.home.folder, 'test-certificates');
  const authority = await CertificateAuthority.open(join(certificates, 'authority'));
  for (const workload of ['auth', 'user', 'edge', 'notification']) await authority.issueInto(join(certificates, workload), workload);
  const credentials = (workload: string) => new WorkloadCredentials(join(certificates, workload));

  const time = { aheadMs: 0 };
  const clock = () => new Date(Date.now() + time.aheadMs);
  const masterKeyText = randomBytes(32).toString('base64');
  const masterKey = MasterKey.parse(masterKeyText);
  if (masterKey === undefined) throw new Error('32 bytes are no master key.');
  const sealingKey = masterKey.keyFor('signing-keys-at-rest');
  const newKeyRing = () => new KeyRing({ load: () => tendSigningKeys(database, sealingKey, rotation, clock()), sealingKey, keepMs: rotation.keepMs, clock }); // prettier-ignore
  const keys = newKeyRing();
  await keys.refresh();
  const rotate = signingKeyRotation(database, sealingKey, rotation, clock);

  const users = new UserServer(credentials('user'));
  const userPort = await users.listen();
  const toUsers = openClient(UserServiceDefinition, { name: 'user', target: `127.0.0.1:${userPort}`, credentials: credentials('auth').channel('user') }); // prettier-ignore
  const limit = new CountingLimit({ running: 2, waiting: 100 });
  const passwords = await PasswordHasher.create(COST, limit);
  const pseudonym = pseudonyms(masterKey);
  const handover = new ProfileHandover({ database, users: toUsers.client, clock });
  const tries = new LoginTries({ database, policies: { email: policy, client: clientPolicy }, clock });
  const check = new PasswordCheck({ passwords, pseudonym, tries });
  const issueAccessToken = accessTokens({ issuer, audience, ttlMs: 900_000, signer: () => keys.signer(), clock });
  const common = commonPasswords();

  const server = new RpcServer({ credentials: credentials('auth').server(), log: host.log });
  server.add(AuthServiceDefinition, {
    register: register({ database, passwords, common, handover, pseudonym, clock }),
    login: login({ database, passwords, check, issueAccessToken, lifetimes, clock }),
    refreshToken: refreshToken({ database, issueAccessToken, lifetimes, clock }),
    logout: logout({ database, clock }),
    logoutEverywhere: logoutEverywhere({ database, clock }),
    listSessions: listSessions({ database, clock }),
    revokeSession: revokeSession({ database, clock }),
    changePassword: changePassword({ database, passwords, check, common, clock }),
    requestPasswordReset: requestPasswordReset({ database, pseudonym, clock, ...resets }),
    resetPassword: resetPassword({ database, passwords, check, common, clock }),
    setRole: setRole({ database, clock }),
    listSecurityEvents: listSecurityEvents({ database }),
    rotateSigningKey: rotateSigningKey({ rotate, keys }),
    getAccountRole: getAccountRole({ database }),
    getJwks: getJwks({ keys }),
  });
  server.add(PasswordResetServiceDefinition, { issuePasswordResetToken: issuePasswordResetToken({ database, clock }) });
  const port = await server.listen('127.0.0.1:0');
  const edge = openClient(AuthServiceDefinition, { name: 'auth', target: `127.0.0.1:${port}`, credentials: credentials('edge').channel('auth') }); // prettier-ignore

  const mailing = openClient(PasswordResetServiceDefinition, { name: 'auth', target: `127.0.0.1:${port}`, credentials: credentials('notification').channel('auth') }); // prettier-ignore
  const channel = new Client(`127.0.0.1:${port}`, credentials('edge').channel('auth'), { 'grpc.ssl_target_name_override': 'auth' });

  return {
    host, database, databaseUrl, certificates, users, userPort, passwords, common, handover, limit, keys, newKeyRing, masterKeyText, time, clock, tries, scene,
    /** The service as the edge calls it, for nobody. */
    auth: edge.client,
    /** The service as notification calls it. */
    mailing: mailing.client,
    /** Why the edge is refused the token of a reset. */
    resetTokenForEdge: async (resetId: string): Promise<string | undefined> => {
      const byEdge = openClient(PasswordResetServiceDefinition, { name: 'auth', target: `127.0.0.1:${port}`, credentials: credentials('edge').channel('auth') });
      try {
        return await reasonOf(byEdge.client.issuePasswordResetToken({ resetId }));
      } finally {
        byEdge.close();
      }
    },
    /** Calls the service as the edge does for a signed-in user. */
    as: async <T>(caller: Pick<Caller, 'userId' | 'sessionId'> & Partial<Caller>, run: () => Promise<T>): Promise<T> => {
      const call = { caller: { role: 'CUSTOMER', email: '', ...caller }, requestId: newId(), deadline: Infinity, signal: new AbortController().signal };
      return currentCall.run(call as unknown as Call, run);
    },
    /** Signs in as a client at some address and with some user agent does; answers the pair or the status's message. */
    loginFrom: async (address: string, request: LoginRequest): Promise<TokenPair | string> => {
      const metadata = new Metadata();
      metadata.set('x-forwarded-for', address);
      const { path, requestType, responseType } = { path: '/shopverse.auth.v1.AuthService/Login', ...AuthServiceDefinition.methods.login };
      const encode = (message: LoginRequest) => Buffer.from(requestType.encode(message).finish());
      return new Promise((resolve) => {
        channel.makeUnaryRequest(path, encode, (bytes) => responseType.decode(bytes), request, metadata, (error, pair) => resolve(pair ?? error?.details ?? ''));
      });
    },
    /** The audit trail of one account, oldest first, as "TYPE detail". */
    trail: async (userId: string): Promise<string[]> => {
      const { rows } = await sql<{ line: string }>`
        select trim(type || ' ' || detail) as line from security_events where user_id = ${userId} order by id`.execute(database.sql);
      return rows.map(({ line }) => line);
    },
    /** The events of one account in the outbox, oldest first. */
    events: async (userId: string): Promise<{ type: string; message: unknown }[]> => {
      const { rows } = await sql<{ type: keyof typeof eventTypes; payload: Buffer }>`
        select type, payload from outbox where aggregateid = ${userId} order by position`.execute(database.sql);
      return rows.map(({ type, payload }) => ({ type: type.replace('shopverse.auth.v1.', ''), message: eventTypes[type].codec.decode(payload) }));
    },
    /** The first column of the first row, as a number. */
    count: async (query: ReturnType<typeof sql<{ count: string }>>): Promise<number> => Number((await query.execute(database.sql)).rows[0]?.count),
    close: async () => {
      edge.close();
      channel.close();
      mailing.close();
      toUsers.close();
      await server.drain(1_000);
      await users.close();
      await scene.close();
    },
  }; // prettier-ignore
}

/** See `openAuthScene`. */
export type AuthScene = Awaited<ReturnType<typeof openAuthScene>>;
