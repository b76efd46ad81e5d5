import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { grpc, rest } from './testing/call.ts';
import { startScene, type Scene } from './testing/scene.ts';

const getProduct = 'shopverse.product.v1.ProductService/GetProduct';
const tag = '"7.0123456789abcdef"';

describe('a product that the client has already', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  }, 30_000);
  beforeEach(() => {
    scene.backends.reset();
    scene.backends.on(getProduct, () => ({
      json: { id: 'p', name: 'Lamp', etag: '7' },
      headers: { etag: tag, 'cache-control': 'no-cache' },
    }));
  });
  afterAll(() => scene.stop());
  const ask = async (known?: string) =>
    rest(scene.edge.port, '/v1/products/p', known === undefined ? {} : { headers: { 'if-none-match': known } });

  it('comes with an entity tag, to be kept and asked about', async () => {
    const { status, headers, json } = await ask();
    expect([status, headers['etag'], headers['cache-control'], json]).toEqual([
      200,
      tag,
      'no-cache',
      expect.objectContaining({ name: 'Lamp' }),
    ]);
  });

  it.each([tag, `W/${tag}`, `"other", ${tag}`, '*'])('is not sent again to who has %s', async (known) => {
    const { status, headers, text } = await ask(known);
    expect([status, text, headers['etag'], headers['cache-control'], headers['content-type']]).toEqual([
      304,
      '',
      tag,
      'no-cache',
      undefined,
    ]);
  });

  it.each(['"7.fedcba9876543210"', '7', 'nothing'])('is sent to who has %s', async (known) => {
    const { status, json } = await ask(known);
    expect([status, json]).toEqual([200, expect.objectContaining({ name: 'Lamp' })]);
  });

  it('that is gone is an error, whatever they have', async () => {
    scene.backends.on(getProduct, () => ({ code: 5, message: 'no such product' }));
    expect((await ask('*')).status).toBe(404);
  });

  it('is sent over gRPC all the same', async () => {
    const answer = await grpc(scene.edge.port, `/${getProduct}`, { headers: { 'if-none-match': tag } });
    expect([answer.httpStatus, answer.grpcStatus, answer.headers['etag']]).toEqual([200, 0, tag]);
    expect(answer.body.length).toBeGreaterThan(5);
  });

  it('is kept alive for the next request on the connection', async () => {
    const answers = await Promise.all([fetchTwice(scene.edge.port, tag), fetchTwice(scene.edge.port, tag)]);
    expect(answers).toEqual([[304, 200], [304, 200]]); // prettier-ignore
  });
});

async function fetchTwice(port: number, known: string): Promise<number[]> {
  const first = await fetch(`http://127.0.0.1:${port}/v1/products/p`, { headers: { 'if-none-match': known } });
  await first.arrayBuffer();
  const second = await fetch(`http://127.0.0.1:${port}/v1/products/p`);
  await second.arrayBuffer();
  return [first.status, second.status];
}
