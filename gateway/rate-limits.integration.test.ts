import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { grpc, rest, type RestAnswer } from './testing/call.ts';
import { expectGrpcRefused, expectRefused } from './testing/error-shape.ts';
import { startScene, type Scene } from './testing/scene.ts';

/** The numbers of the answers' RateLimit headers. */
const told = ({ headers }: RestAnswer) => ['limit', 'remaining', 'reset'].map((name) => Number(headers[`ratelimit-${name}`]));

describe('how often one client may call', () => {
  let scene: Scene;
  beforeAll(async () => {
    // One proxy of ours is trusted, so that a test can come from any address.
    scene = await startScene({
      EDGE_TRUSTED_PROXIES: '1',
      EDGE_ADDRESS_READS_PER_MINUTE: '6',
      EDGE_ADDRESS_CREDENTIALS_PER_MINUTE: '3',
      EDGE_USER_WRITES_PER_MINUTE: '4',
    });
  }, 30_000);
  afterAll(() => scene.stop());

  const from = (address: string) => ({ 'x-forwarded-for': address });
  const list = async (address: string) => rest(scene.edge.port, '/v1/products', { headers: from(address) });
  const order = async (address: string, token: string) =>
    rest(scene.edge.port, '/v1/orders', { method: 'POST', body: {}, token, headers: from(address) });
  const logIn = async (address: string, path = 'login') =>
    rest(scene.edge.port, `/v1/auth/${path}`, {
      method: 'POST',
      body: { email: 'a@b.example', password: 'a guess' },
      headers: from(address),
    });

  async function times(count: number, call: () => Promise<RestAnswer>): Promise<RestAnswer[]> {
    const answers: RestAnswer[] = [];
    for (let index = 0; index < count; index += 1) answers.push(await call());
    return answers;
  }

  it('is one number for the many addresses of one IPv6 client', async () => {
    let host = 0;
    const answers = await times(7, async () => list(`2001:db8:1:2::${(host += 1)}`));
    expect(answers.at(-1)?.status).toBe(429);
    expect((await list('2001:db8:1:3::1')).status).toBe(200);
  });

  it('is told with every answer, and refused with 429 and the second from which on it is taken again', async () => {
    const answers = await times(8, async () => list('192.0.2.1'));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 429, 429]);
    expect(answers.slice(0, 6).map(told)).toEqual([5, 4, 3, 2, 1, 0].map((left) => [6, left, expect.any(Number)]));
    const last = answers.at(-1) as RestAnswer;
    expectRefused(last, 429, 8, 'RATE_LIMITED');
    const [, remaining, reset] = told(last);
    expect(remaining).toBe(0);
    expect(reset).toBeGreaterThan(1);
    expect(reset).toBeLessThanOrEqual(10);
    expect(last.headers['retry-after']).toBe(String(reset));
  });

  it('is counted by address: what one client uses up is there for another', async () => {
    await times(7, async () => list('192.0.2.2'));
    expect((await list('192.0.2.2')).status).toBe(429);
    expect((await list('192.0.2.3')).status).toBe(200);
  });

  it('is one number for all methods of a class, and for REST and gRPC', async () => {
    await times(3, async () => list('192.0.2.4'));
    await times(3, async () => rest(scene.edge.port, '/v1/categories', { headers: from('192.0.2.4') }));
    const method = '/shopverse.product.v1.ProductService/GetProduct';
    expectGrpcRefused(await grpc(scene.edge.port, method, { headers: from('192.0.2.4') }), 8, 'RATE_LIMITED', scene.descriptors);
  });

  it('is little where passwords are tried, however the account is named', async () => {
    const answers = [...(await times(2, async () => logIn('192.0.2.5'))), ...(await times(3, async () => logIn('192.0.2.5', 'register')))];
    expect(answers.map(({ status }) => status === 429)).toEqual([false, false, false, true, true]);
    expect((await list('192.0.2.5')).status).toBe(200);
  });

  it('is counted by user wherever they call from, and not for who is nobody', async () => {
    const token = await scene.issuer.sign({ sub: 'one' });
    let addresses = 10;
    const answers = await times(6, async () => order(`192.0.2.${(addresses += 1)}`, token));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429, 429]);
    expect(answers.slice(0, 4).map((answer) => told(answer).slice(0, 2))).toEqual([[4, 3], [4, 2], [4, 1], [4, 0]]); // prettier-ignore
    const last = answers.at(-1) as RestAnswer;
    expectRefused(last, 429, 8, 'RATE_LIMITED');
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(1);
    expect((await order('192.0.2.9', await scene.issuer.sign({ sub: 'another' }))).status).toBe(200);
  });

  it('is not what a client that names another address says', async () => {
    // The trusted proxy adds the address it sees after whatever the client claimed.
    const claim = async (claimed: string) =>
      rest(scene.edge.port, '/v1/products', { headers: { 'x-forwarded-for': `${claimed}, 198.51.100.7` } });
    const answers = [];
    for (let index = 0; index < 8; index += 1) answers.push(await claim(`203.0.113.${index}`));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
  });
});
