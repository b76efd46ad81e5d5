import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fromJson, toBinary, type JsonValue } from '@bufbuild/protobuf';
import { httpStatus } from '@shopverse/contracts/http-status';
import { grpc, rest } from './testing/call.ts';
import { grpcDetails } from './testing/error-shape.ts';
import { startScene, type Scene } from './testing/scene.ts';

const getProfile = 'shopverse.user.v1.UserService/GetProfile';
const type = 'type.googleapis.com/google.rpc.';

describe('what a service refuses', () => {
  let scene: Scene;
  let token: string;
  beforeAll(async () => {
    scene = await startScene();
    token = await scene.issuer.sign();
  }, 30_000);
  beforeEach(() => scene.backends.reset());
  afterAll(() => scene.stop());

  const refuseWith = (status: { code: number; message: string; details: JsonValue[] }): void => {
    const schema = scene.descriptors.registry.getMessage('google.rpc.Status');
    if (schema === undefined) throw new Error('The contracts have no google.rpc.Status');
    const details = toBinary(schema, fromJson(schema, status, { registry: scene.descriptors.registry }));
    scene.backends.on(getProfile, () => ({ code: status.code, message: status.message, details }));
  };

  it.each(Array.from({ length: 16 }, (_, index) => index + 1))(
    'with gRPC status %i has the HTTP status that goes with it',
    async (code) => {
      scene.backends.on(getProfile, () => ({ code, message: 'no' }));
      const answer = await rest(scene.edge.port, '/v1/users/me', { token });
      expect(answer.status).toBe(httpStatus(code));
      expect(answer.json).toEqual({ code, message: 'no', details: [] });
    },
  );

  it('reaches the client whole, over REST as JSON and over gRPC as it was', async () => {
    const status = {
      code: 9,
      message: 'Only 2 left, "really"',
      details: [
        { '@type': `${type}ErrorInfo`, reason: 'OUT_OF_STOCK', domain: 'shopverse', metadata: { left: '2', product_id: 'p1' } },
        { '@type': `${type}BadRequest`, fieldViolations: [{ field: 'items[0].quantity', description: 'at most 2', reason: 'MAX' }] },
        { '@type': `${type}RetryInfo`, retryDelay: '1.500s' },
      ],
    };
    refuseWith(status);
    const answer = await rest(scene.edge.port, '/v1/users/me', { token });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject(status);
    const overGrpc = await grpc(scene.edge.port, `/${getProfile}`, { token });
    expect(overGrpc.grpcStatus).toBe(9);
    expect(grpcDetails(overGrpc, scene.descriptors)).toMatchObject(status);
  });

  it('says in a header what HTTP has a header for', async () => {
    scene.backends.on(getProfile, () => ({ code: 8, message: 'later', trailers: { 'retry-after': '7' } }));
    expect((await rest(scene.edge.port, '/v1/users/me', { token })).headers['retry-after']).toBe('7');
    scene.backends.on(getProfile, () => ({ code: 16, message: 'who?', trailers: { 'www-authenticate': 'Bearer realm="shopverse"' } }));
    const { status, headers } = await rest(scene.edge.port, '/v1/users/me', { token });
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="shopverse"']);
  });

  it('may say nothing in a value of its metadata', async () => {
    refuseWith({ code: 5, message: 'No such user', details: [{ '@type': `${type}ErrorInfo`, reason: 'USER_NOT_FOUND', domain: 'shopverse', metadata: { user_id: '', '': 'x' } }] }); // prettier-ignore
    const answer = await rest(scene.edge.port, '/v1/users/me', { token });
    expect(answer.status).toBe(404);
    expect(answer.json).toMatchObject({ details: [{ metadata: { user_id: '', '': 'x' } }] });
    expect(scene.edge.state()).toBe('running');
  });

  it('of a type that no contract knows is an error all the same', async () => {
    const unknown = Buffer.from('0a00', 'hex');
    const any = Buffer.concat([Buffer.from([0x0a, 15]), Buffer.from('t.example/a.b.C'), Buffer.from([0x12, unknown.length]), unknown]);
    const details = Buffer.concat([Buffer.from([0x08, 9, 0x12, 2]), Buffer.from('no'), Buffer.from([0x1a, any.length]), any]);
    scene.backends.on(getProfile, () => ({ code: 9, message: 'no', details }));
    const answer = await rest(scene.edge.port, '/v1/users/me', { token });
    expect(answer.status).toBe(400);
    expect(scene.edge.state()).toBe('running');
  });
});
