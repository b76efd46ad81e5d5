import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readDescriptors } from './contract/descriptors.ts';
import { listMethods } from './contract/methods.ts';
import { settings } from './settings.ts';
import { grpc, rest } from './testing/call.ts';
import { expectGrpcRefused } from './testing/error-shape.ts';
import { startScene, type Scene } from './testing/scene.ts';

const { registry } = await readDescriptors(settings.EDGE_DESCRIPTORS.parse(undefined));
const internal = listMethods(registry).filter((method) => method.access.level === 'INTERNAL').map((method) => method.rpc); // prettier-ignore

const oneOfEachService = internal.filter(
  (rpc, index) => internal.findIndex((other) => other.split('/')[0] === rpc.split('/')[0]) === index,
);

/** Ways to write the path of a method, or to smuggle it behind an open one. */
const spellings: [how: string, path: (rpc: string) => string][] = [
  ['as it is', (rpc) => `/${rpc}`],
  ['with a slash at the end', (rpc) => `/${rpc}/`],
  ['with two slashes before it', (rpc) => `//${rpc}`],
  ['with two slashes in it', (rpc) => `/${rpc.replace('/', '//')}`],
  ['with an escaped letter', (rpc) => `/${rpc.replace(/\/(.)/, (_, first: string) => `/%${first.charCodeAt(0).toString(16)}`)}`],
  ['with an escaped slash', (rpc) => `/${rpc.replace('/', '%2F')}`],
  ['with a slash escaped twice', (rpc) => `/${rpc.replace('/', '%252F')}`],
  ['with a backslash', (rpc) => `/${rpc.replace('/', '\\')}`],
  ['with a dot segment', (rpc) => `/./${rpc}`],
  ['from an open path upwards', (rpc) => `/v1/products/../../${rpc}`],
  ['from an open path upwards, escaped', (rpc) => `/v1/products/%2e%2e/%2e%2e/${rpc}`],
  ['from an open method upwards', (rpc) => `/shopverse.product.v1.ProductService/ListProducts/../../${rpc}`],
  ['with a parameter after a semicolon', (rpc) => `/${rpc};a=b`],
  ['with a query', (rpc) => `/${rpc}?a=b`],
  ['with a fragment', (rpc) => `/${rpc}#top`],
  ['in lower case', (rpc) => `/${rpc.toLowerCase()}`],
  ['in upper case', (rpc) => `/${rpc.toUpperCase()}`],
  ['with a space at the end', (rpc) => `/${rpc}%20`],
  ['with a zero byte at the end', (rpc) => `/${rpc}%00`],
  ['behind an open method', (rpc) => `/shopverse.product.v1.ProductService/ListProducts/${rpc}`],
  ['as a custom verb', (rpc) => `/v1/products:${rpc.split('/')[1]}`],
  ['as an absolute address', (rpc) => `http://order/${rpc}`],
];

describe('an internal method', () => {
  let scene: Scene;
  let admin: string;
  beforeAll(async () => {
    scene = await startScene();
    admin = await scene.issuer.sign({ role: 'ADMIN' });
  }, 30_000);
  beforeEach(() => scene.backends.reset());
  afterAll(() => scene.stop());

  /** Some spellings mean an open method or none; what counts is that nothing internal was reached. */
  const internalCalls = (): string[] => scene.backends.calls.map((call) => call.rpc).filter((rpc) => internal.includes(rpc));

  it('is there behind the edge, so that a call that came through would be seen', () => {
    expect(internal.length).toBeGreaterThan(5);
    expect(internal).toContain('shopverse.order.v1.OrderService/GetOrderForPayment');
  });

  it.each(internal)('%s is unknown to gRPC callers, like a method that never was', async (rpc) => {
    expectGrpcRefused(await grpc(scene.edge.port, `/${rpc}`, { token: admin }), 12, 'ROUTE_NOT_FOUND', scene.descriptors);
    expectGrpcRefused(await grpc(scene.edge.port, `/${rpc}Never`, { token: admin }), 12, 'ROUTE_NOT_FOUND', scene.descriptors);
    expectGrpcRefused(await grpc(scene.edge.port, `/${rpc}`), 16, 'UNAUTHENTICATED', scene.descriptors);
    expect(scene.backends.calls).toEqual([]);
  });

  describe.each(spellings)('spelled %s', (_how, path) => {
    it.each(['application/grpc', 'application/grpc+proto', 'application/grpc-web+proto', 'application/grpc-web-text', 'application/json'])(
      'is not reached by HTTP/2 with content type %s',
      async (contentType) => {
        const answers = await Promise.allSettled(
          oneOfEachService.map((rpc) => grpc(scene.edge.port, path(rpc), { token: admin, contentType })),
        );
        expect(internalCalls()).toEqual([]);
        for (const answer of answers)
          if (answer.status === 'fulfilled') expect(answer.value).not.toMatchObject({ grpcStatus: 0, body: { length: 5 } });
      },
    );

    it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE'])('is not reached by HTTP/1.1 %s', async (method) => {
      const disguises = (rpc: string) => [
        { 'x-http-method-override': 'POST', 'x-envoy-original-path': `/${rpc}` },
        { 'content-type': 'application/grpc' },
      ];
      const attempts = oneOfEachService.flatMap((rpc) =>
        disguises(rpc).map((headers) => ({ target: path(rpc).replaceAll(' ', '%20'), headers })),
      );
      await Promise.allSettled(attempts.map(({ target, headers }) => rest(scene.edge.port, target, { method, token: admin, headers })));
      expect(internalCalls()).toEqual([]);
    });
  });
});
