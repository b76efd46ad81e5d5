import { adminShop } from '../catalogue/admin-shop.ts';
import { asStackError } from '../catalogue/shop-trouble.ts';
import { createStack } from '../stack.ts';

/**
 * `shopverse keys rotate`: has the auth service make its next signing key now, as the stack's admin, who is on record for it. Tokens of the key before stay good; while a
 * key waits for its turn, that one is answered and no other is made.
 */
export async function keysRotate({ json = false }: { readonly json?: boolean }): Promise<void> {
  const { auth } = await adminShop(await createStack());
  const { kid, signsFrom } = await auth.rotateSigningKey().catch(asStackError);
  process.stdout.write(json ? `${JSON.stringify({ kid, signs_from: signsFrom })}\n` : `Key ${kid} signs from ${signsFrom} on.\n`);
}
