import { connectShop, SignedIn, type ShopServices } from '@shopverse/client/shop';
import type { Stack } from '../stack.ts';
import { asStackError } from './shop-trouble.ts';

/** The shop behind the edge, for the stack's admin, whose session is renewed as it runs out. @throws StackError when the edge does not answer, or knows no such admin */
export async function adminShop({ addresses, secrets }: Pick<Stack, 'addresses' | 'secrets'>): Promise<ShopServices> {
  const anybody = connectShop({ baseUrl: addresses.edge });
  const tokens = await anybody.auth.login({ email: secrets.admin.email, password: secrets.admin.password }).catch(asStackError);
  return connectShop({ baseUrl: addresses.edge, tokens: new SignedIn(tokens, (request) => anybody.auth.refreshToken(request)) });
}
