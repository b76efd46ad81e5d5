import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { grpc, rest } from './testing/call.ts';
import { eventually } from './testing/eventually.ts';
import { startScene, type Scene } from './testing/scene.ts';
import { usualClaims } from './testing/tokens.ts';

const getProfile = 'shopverse.user.v1.UserService/GetProfile';

describe('the access log', () => {
  let scene: Scene;
  let token: string;
  beforeAll(async () => {
    scene = await startScene();
    token = await scene.issuer.sign();
  }, 30_000);
  afterAll(() => scene.stop());

  /** The line of an answer. Envoy writes it after the answer. */
  const lineOf = async (headers: Readonly<Record<string, string | string[] | undefined>>) =>
    eventually(async () => scene.edge.accessLog().find((line) => line['request_id'] === headers['x-request-id']));

  it('tells what the client sent and what became of it', async () => {
    const answer = await rest(scene.edge.port, '/v1/users/me', { token });
    expect(await lineOf(answer.headers)).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      method: 'GET',
      path: '/v1/users/me',
      protocol: 'HTTP/1.1',
      rpc: getProfile,
      status: 200,
      grpc_status: '0',
      flags: '-',
      response_code_details: 'via_upstream',
      duration_ms: expect.any(Number),
      upstream: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      attempts: 1,
      client: '127.0.0.1',
      request_id: answer.headers['x-request-id'],
      trace_id: String(answer.headers['traceparent']).split('-')[1],
      user_id: usualClaims().sub,
      bytes_received: 0,
      bytes_sent: answer.text.length,
    });
  });

  it('has no query, as it may hold what is nobody else’s business', async () => {
    const answer = await rest(scene.edge.port, '/v1/products?query=secret');
    expect(await lineOf(answer.headers)).toMatchObject({ path: '/v1/products' });
    const refused = await rest(scene.edge.port, '/v1/users/me?access_token=secret');
    await lineOf(refused.headers);
    expect(JSON.stringify(scene.edge.accessLog())).not.toContain('secret');
  });

  it('has the gRPC status of a refusal, where several share an HTTP status', async () => {
    scene.backends.on(getProfile, () => ({ code: 9, message: 'not now' }));
    const overRest = await rest(scene.edge.port, '/v1/users/me', { token });
    expect(await lineOf(overRest.headers)).toMatchObject({ status: 400, grpc_status: '9' });
    const overGrpc = await grpc(scene.edge.port, `/${getProfile}`, { token });
    expect(await lineOf(overGrpc.headers)).toMatchObject({
      method: 'POST',
      path: `/${getProfile}`,
      protocol: 'HTTP/2',
      status: 200,
      grpc_status: '9',
    });
  });

  it('has a line for what the edge refuses, too', async () => {
    const unknown = await rest(scene.edge.port, '/v1/nowhere');
    expect(await lineOf(unknown.headers)).toMatchObject({
      path: '/v1/nowhere',
      rpc: 'closed',
      status: 404,
      grpc_status: '5',
      upstream: null,
    });
    const unsigned = await rest(scene.edge.port, '/v1/users/me');
    expect(await lineOf(unsigned.headers)).toMatchObject({ rpc: getProfile, status: 401, grpc_status: '16', user_id: null });
    const malformed = await rest(scene.edge.port, '/v1/products', { headers: { 'x-large': 'x'.repeat(40_000) } });
    expect(await lineOf(malformed.headers)).toMatchObject({ status: 431, grpc_status: '3' });
  });
});
