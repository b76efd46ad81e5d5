import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { listMethods, type Method } from './contract/methods.ts';
import { readDescriptors } from './contract/descriptors.ts';
import { settings } from './settings.ts';
import { grpc } from './testing/call.ts';
import { expectGrpcRefused } from './testing/error-shape.ts';
import { startScene, type Scene } from './testing/scene.ts';

const { registry } = await readDescriptors(settings.EDGE_DESCRIPTORS.parse(undefined));
const methods = listMethods(registry);
const open = methods.filter((method) => method.access.level !== 'INTERNAL').map((method) => [method.rpc, method] as const);
const callers = ['nobody', 'CUSTOMER', 'ADMIN', 'STRANGER', ''] as const;

/** What the contract's access option says of a caller, written down a second time: 0 (in), 7 (not with this role) or 16 (sign in first). */
function verdict({ access }: Method, caller: (typeof callers)[number]): 0 | 7 | 16 {
  if (access.level === 'PUBLIC') return 0;
  if (caller === 'nobody') return 16;
  if (access.level === 'SIGNED_IN') return 0;
  return access.level === 'ROLES' && access.roles.includes(caller) ? 0 : 7;
}

describe('every method that is not internal', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  }, 30_000);
  beforeEach(() => scene.backends.reset());
  afterAll(() => scene.stop());

  it.each(open)('%s lets in whom the contract lets in, and nobody else', async (rpc, method) => {
    for (const caller of callers) {
      scene.backends.reset();
      const token = caller === 'nobody' ? undefined : await scene.issuer.sign({ role: caller });
      const answer = await grpc(scene.edge.port, `/${rpc}`, { token });
      const expected = verdict(method, caller);
      if (expected === 0) expect({ caller, status: answer.grpcStatus }).toEqual({ caller, status: 0 });
      if (expected === 7) expectGrpcRefused(answer, 7, 'ROLE_NOT_ALLOWED', scene.descriptors);
      if (expected === 16) expectGrpcRefused(answer, 16, 'UNAUTHENTICATED', scene.descriptors);
      expect(scene.backends.calls.map((call) => call.rpc)).toEqual(expected === 0 ? [rpc] : []);
    }
  });

  it.each(open)('%s believes no identity that a caller claims in headers', async (rpc, method) => {
    const spoofed = Object.fromEntries(spoofedHeaders.map((name) => [name, 'spoofed']));
    const role = method.access.level === 'ROLES' ? method.access.roles[0] : 'CUSTOMER';
    const signedIn = await grpc(scene.edge.port, `/${rpc}`, {
      token: await scene.issuer.sign({ role }),
      headers: { ...spoofed, 'x-user-role': 'ADMIN' },
    });
    expect(signedIn.grpcStatus).toBe(0);
    expect(told(scene, 'x-user-role')).toEqual([role]);
    const withoutToken = await grpc(scene.edge.port, `/${rpc}`, { headers: { ...spoofed, 'x-user-role': 'ADMIN' } });
    expect(withoutToken.grpcStatus).toBe(method.access.level === 'PUBLIC' ? 0 : 16);
    expect(JSON.stringify(scene.backends.calls.map((call) => call.metadata.getMap()))).not.toContain('spoofed');
    if (method.access.level === 'PUBLIC') expect(told(scene, 'x-user-role')).toEqual([]);
  });
});

/** Headers that only the edge may set, or nobody. */
const spoofedHeaders = [
  'x-user-id', 'x-user-role', 'x-user-email', 'x-user-name', 'x-session-id', 'x-request-id', 'baggage',
  'x-forwarded-for', 'x-forwarded-host', 'forwarded', 'x-real-ip', 'true-client-ip', 'x-forwarded-client-cert', 'x-http-method-override',
  'x-envoy-original-path', 'x-envoy-original-method', 'x-envoy-retry-on', 'x-envoy-max-retries', 'x-envoy-force-trace',
  'x-envoy-upstream-rq-timeout-ms', 'x-envoy-external-address', 'x-envoy-internal', 'x-client-trace-id', 'x-shopverse-anything', 'x-b3-traceid',
]; // prettier-ignore

const told = (scene: Scene, name: string): unknown => scene.backends.calls.at(-1)?.metadata.get(name);
