import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { connectShop, ShopError, SignedIn, type ShopServices } from '@shopverse/client/shop';
import { ADDRESS, someProduct, theStack } from '../customer.ts';

describe("the package for outside clients, against the shop's own edge", () => {
  let baseUrl = '';
  let anybody: ShopServices;
  let customer: ShopServices;

  beforeAll(async () => {
    baseUrl = (await theStack()).addresses.edge;
    anybody = connectShop({ baseUrl });
    const [email, password] = [`${randomUUID()}@example.com`, `a long password ${randomUUID()}`];
    await anybody.auth.register({ fullName: 'Meera Nair', email, password });
    customer = connectShop({ baseUrl, tokens: new SignedIn(await anybody.auth.login({ email, password }), anybody.auth.refreshToken) });
  });

  it('goes through the catalogue, page by page', async () => {
    const ids = new Set<string>();
    for await (const product of anybody.product.iterateProducts({ pageSize: 10, inStock: true })) {
      ids.add(product.id);
      if (ids.size === 25) break;
    }
    expect(ids.size).toBe(25);
  });

  it('places an order, and the same one when its key is used again', async () => {
    const { id: productId } = await someProduct(10);
    const request = { items: [{ productId, quantity: 1 }], shippingAddress: ADDRESS };
    const options = { idempotencyKey: randomUUID() };
    const first = await customer.order.createOrder(request, options);
    expect(first).toMatchObject({ state: 'ORDER_STATE_PENDING_PAYMENT', lines: [{ productId, quantity: 1 }] });
    expect((await customer.order.createOrder(request, options)).id).toBe(first.id);
    expect((await customer.order.createOrder(request)).id).not.toBe(first.id);
  });

  it('tells by reason why a call is refused, with the bad fields and the ids to look it up by', async () => {
    const refused = await customer.order.createOrder({ items: [], shippingAddress: ADDRESS }).catch((error: unknown) => error);
    if (!(refused instanceof ShopError)) throw new Error('An order of nothing was placed');
    expect(refused.is('INVALID_REQUEST')).toBe(true);
    expect(refused).toMatchObject({ status: 400, violations: [{ field: 'items' }], requestId: expect.stringMatching(/./) as unknown });
    expect(refused.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('renews the access token by itself when it is not believed any more', async () => {
    const [email, password] = [`${randomUUID()}@example.com`, `a long password ${randomUUID()}`];
    await anybody.auth.register({ fullName: 'Meera Nair', email, password });
    const { refreshToken } = await anybody.auth.login({ email, password });
    const tokens = new SignedIn({ accessToken: 'x.y.z', refreshToken }, anybody.auth.refreshToken);
    expect(await connectShop({ baseUrl, tokens }).user.getProfile()).toMatchObject({ email });
  });
});
