import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ErrorInfo } from '@shopverse/contracts/google/rpc/error_details';
import { Status } from '@shopverse/contracts/google/rpc/status';
import { rest } from './testing/call.ts';
import { startScene, type Scene } from './testing/scene.ts';

const listProducts = 'shopverse.product.v1.ProductService/ListProducts';
const typeUrl = 'type.googleapis.com/google.rpc.ErrorInfo';
const errorWith = (info: Uint8Array) => ({
  code: 5,
  message: 'no',
  details: Status.encode({ code: 5, message: 'no', details: [{ typeUrl, value: Buffer.from(info) }] }).finish(),
});

describe('a map entry that lacks its key or value on the wire', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  }, 30_000);
  beforeEach(() => scene.backends.reset());
  afterAll(() => scene.stop());

  it.each([
    ['an empty value', { product_id: '' }],
    ['an empty key', { '': 'p1' }],
    ['an empty key and an empty value', { '': '' }],
  ])('is not what the contracts’ encoders write for %s', async (_what, metadata) => {
    const info = ErrorInfo.encode({ reason: 'PRODUCT_NOT_FOUND', domain: 'shopverse', metadata }).finish();
    scene.backends.on(listProducts, () => errorWith(info));
    const answer = await rest(scene.edge.port, '/v1/products');
    expect(answer.status).toBe(404);
    expect(answer.json).toMatchObject({ details: [{ reason: 'PRODUCT_NOT_FOUND', metadata }] });
    expect(scene.edge.state()).toBe('running');
  });
});
