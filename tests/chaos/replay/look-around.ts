import { edge, newCustomer, someProduct } from '../../customer.ts';

/** Somebody signed in who looks at products and puts one into the cart now and then, until the signal aborts; then they delete their account. */
export async function lookAround(stop: AbortSignal): Promise<void> {
  const { token } = await newCustomer();
  const { id } = await someProduct();
  const { json } = await edge('/v1/products?pageSize=50');
  const ids = [id, ...(json as { products: { id: string }[] }).products.map((product) => product.id)];
  for (let step = 0; !stop.aborted; step += 1) {
    await edge(`/v1/products/${ids[step % ids.length] ?? id}`, { token });
    if (step % 5 === 0) await edge('/v1/cart/items', { method: 'POST', token, body: { productId: id, quantity: 1 } });
  }
  const { status, text } = await edge('/v1/users/me', { method: 'DELETE', token });
  if (status !== 200) throw new Error(`the deletion of an account answered ${status}: ${text}`);
}
