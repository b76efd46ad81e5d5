import { connectShop, ConnectionError, ShopError } from '@shopverse/client/shop';
import { StackError } from '../stack-error.ts';
import { createStack } from '../stack.ts';

/**
 * `shopverse keys rotate`: has the auth service make its next signing key now, as the stack's admin, who is on record for it. Tokens of the key before stay good; while a
 * key waits for its turn, that one is answered and no other is made.
 */
export async function keysRotate({ json = false }: { readonly json?: boolean }): Promise<void> {
  const { addresses, secrets } = await createStack();
  const { email, password } = secrets.admin;
  try {
    const { accessToken } = await connectShop({ baseUrl: addresses.edge }).auth.login({ email, password });
    const { kid, signsFrom } = await connectShop({ baseUrl: addresses.edge, tokens: accessToken }).auth.rotateSigningKey();
    process.stdout.write(json ? `${JSON.stringify({ kid, signs_from: signsFrom })}\n` : `Key ${kid} signs from ${signsFrom} on.\n`);
  } catch (error) {
    if (error instanceof ShopError) throw new StackError(`The shop answered ${error.reason}: ${error.message}`, { cause: error });
    if (error instanceof ConnectionError)
      throw new StackError('The edge does not answer: start the stack with npm start.', { cause: error });
    throw error;
  }
}
