import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuthServiceDefinition } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { eventually, openScene, type Scene } from '@shopverse/mesh/events/testing/scene';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { currentCall, type Call } from '@shopverse/mesh/rpc/call';
import { openClient, type OpenClient } from '@shopverse/mesh/rpc/client';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { runScript, startService, type ServiceProcess } from './testing/service-process.ts';

let scene: Scene;
let user: ServiceProcess;
let replicas: ServiceProcess[] = [];
let environment: Record<string, string>;
let users: OpenClient<typeof UserServiceDefinition>;
let auth: OpenClient<typeof AuthServiceDefinition>;

beforeAll(async () => {
  scene = await openScene(['postgres']);
  const certificates = join(scene.stack.home.folder, 'test-certificates');
  const authority = await CertificateAuthority.open(join(certificates, 'authority'));
  for (const workload of ['auth', 'user', 'edge']) await authority.issueInto(join(certificates, workload), workload);
  user = await startService('user', {
    MESH_CERTIFICATES: join(certificates, 'user'),
    DATABASE_URL: scene.stack.addresses.database('user'),
  });
  environment = {
    MESH_CERTIFICATES: join(certificates, 'auth'),
    MESH_TARGET_USER: user.rpc,
    DATABASE_URL: scene.stack.addresses.database('auth'),
    AUTH_MASTER_KEY: randomBytes(32).toString('base64'),
    SEED_ADMIN_EMAIL: 'Admin@Shop.test',
    SEED_ADMIN_PASSWORD: 'an admin of our own',
    SEED_CUSTOMER_EMAIL: 'demo@shop.test',
    SEED_CUSTOMER_PASSWORD: 'a customer of our own',
  };
  replicas = await Promise.all([startService('auth', environment), startService('auth', environment)]);
  const edge = new WorkloadCredentials(join(certificates, 'edge'));
  users = openClient(UserServiceDefinition, { name: 'user', target: user.rpc, credentials: edge.channel('user') });
  auth = openClient(AuthServiceDefinition, { name: 'auth', target: replicas[0]?.rpc ?? '', credentials: edge.channel('auth') });
}, 60_000);
afterAll(async () => {
  users.close();
  auth.close();
  await Promise.all([...replicas, user].map((service) => service.end('SIGKILL')));
  await scene.close();
}, 30_000);

const seed = (more: Record<string, string> = {}) => runScript('services/auth/seed.ts', { ...environment, ...more });
const profileOf = (userId: string, role: 'CUSTOMER' | 'ADMIN') =>
  currentCall.run({ caller: { userId, role, email: '', sessionId: '' }, requestId: 'r', deadline: Infinity, signal: new AbortController().signal } as unknown as Call, () => users.client.getProfile({})); // prettier-ignore

describe('the auth and user services as processes', () => {
  it('register somebody, whose profile is there at once, and let them sign in by a token that any replica’s keys verify', async () => {
    const person = { email: 'asha@example.com', fullName: 'Asha Rao', phone: '+919876543210', password: 'a horse, a staple' };
    const { userId } = await auth.client.register(person);
    expect(await profileOf(userId, 'CUSTOMER')).toMatchObject({ id: userId, fullName: 'Asha Rao', email: 'asha@example.com' });
    const { accessToken } = await auth.client.login(person);
    for (const { admin } of replicas) {
      const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', admin));
      const { payload } = await jwtVerify(accessToken, keys, { issuer: 'https://shopverse.local', audience: 'shopverse' });
      expect(payload).toMatchObject({ sub: userId, role: 'CUSTOMER' });
    }
  });

  it('show no secret on the admin port', async () => {
    const info = await (await fetch(`${replicas[0]?.admin}/info`)).text();
    expect(info).toContain('AUTH_ISSUER');
    expect(info).not.toContain(environment['AUTH_MASTER_KEY']);
  });
});

describe('the first admin', () => {
  it('is made by a command, once, with a password that is shown then', async () => {
    const open = (email: string) => runScript('services/auth/first-admin.ts', { ...environment, FIRST_ADMIN_EMAIL: email });
    expect(await open('nobody')).toMatchObject({ code: 1, output: '', errors: expect.stringMatching(/^The first [^\n]+ FIRST_ADMIN_EMAIL must[^\n]+\n$/) }); // prettier-ignore

    const both = await Promise.all([open('First@Shop.test'), open('second@shop.test')]);
    const opened = both.filter(({ code }) => code === 0);
    expect(opened).toHaveLength(1);
    const refusal = /^The first admin's account can't be opened\. The shop has an admin already[^\n]+\n$/;
    expect(both.find(({ code }) => code === 1)).toMatchObject({ output: '', errors: expect.stringMatching(refusal) });

    const { user_id, email, password } = JSON.parse(opened[0]?.output ?? '') as { user_id: string; email: string; password: string };
    expect(await auth.client.login({ email, password })).toMatchObject({ userId: user_id });
    const profile = await eventually('the profile', () => profileOf(user_id, 'ADMIN').catch(() => undefined));
    expect(profile).toMatchObject({ fullName: 'Shop Admin', email });
  });
});

describe('seeding', () => {
  it('opens the admin’s and the customer’s account with their profiles; twice is the same as once', async () => {
    const first = await seed();
    expect([first.code, first.errors]).toEqual([0, '']);
    const accounts = JSON.parse(first.output) as Record<'admin' | 'customer', { user_id: string; created: boolean }>;
    expect(accounts).toEqual({
      admin: { user_id: expect.any(String), email: 'admin@shop.test', role: 'ADMIN', created: true },
      customer: { user_id: expect.any(String), email: 'demo@shop.test', role: 'CUSTOMER', created: true },
    });
    expect(await profileOf(accounts.admin.user_id, 'ADMIN')).toMatchObject({ fullName: 'Shop Admin' });
    const login = await auth.client.login({ email: 'demo@shop.test', password: 'a customer of our own' });
    expect(login.userId).toBe(accounts.customer.user_id);

    const second = await seed({ SEED_CUSTOMER_PASSWORD: 'something else by now' });
    expect(second.code).toBe(0);
    expect(JSON.parse(second.output)).toEqual({
      admin: { ...accounts.admin, created: false },
      customer: { ...accounts.customer, created: false },
    });
  });

  it.each([
    ['a setting is missing', { SEED_ADMIN_EMAIL: '' }, /SEED_ADMIN_EMAIL is required/],
    [
      'a password is common',
      { SEED_CUSTOMER_EMAIL: 'new@shop.test', SEED_CUSTOMER_PASSWORD: 'password123' },
      /SEED_CUSTOMER_PASSWORD is one of those/,
    ],
    ['an address is none', { SEED_CUSTOMER_EMAIL: 'nobody' }, /SEED_CUSTOMER_EMAIL must/],
    [
      'an admin’s address belongs to a customer',
      { SEED_ADMIN_EMAIL: 'demo@shop.test' },
      /SEED_ADMIN_EMAIL belongs to an account of the role CUSTOMER/,
    ],
    ['the master key is no key', { AUTH_MASTER_KEY: 'short' }, /AUTH_MASTER_KEY must be base64 of 32 bytes/],
  ])('says in one sentence that %s, and ends with code 1', async (_what, more, sentence) => {
    const { code, output, errors } = await seed(more);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toMatch(/^The accounts can't be seeded\. [^\n]+\n$/);
    expect(errors).toMatch(sentence);
  });

  it('says what to do when the signing keys were sealed with another master key', async () => {
    const other = await runScript('services/auth/main.ts', {
      ...environment,
      RPC_LISTEN: '127.0.0.1:0',
      ADMIN_LISTEN: '127.0.0.1:0',
      KAFKA_BROKERS: '127.0.0.1:9',
      AUTH_MASTER_KEY: randomBytes(32).toString('base64'),
    });
    expect(other.code).toBe(1);
    expect(other.errors).toMatch(/^auth can't start\. AUTH_MASTER_KEY does not open signing key [^\n]+\n$/);
  });
});

describe('shutting down', () => {
  it('ends with code 0', async () => {
    const codes = await Promise.all([...replicas, user].map((service) => service.end('SIGTERM')));
    expect(codes).toEqual([0, 0, 0]);
  });
});
