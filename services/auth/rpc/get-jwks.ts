import type { JsonWebKeySet } from '@shopverse/contracts/shopverse/auth/v1/auth';
import type { GetJwksRequest } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { KeyRing } from '../keys/key-ring.ts';

/** Answers the public keys that verify access tokens (RFC 7517). */
export function getJwks({ keys }: { readonly keys: Pick<KeyRing, 'publicKeys'> }): UnaryHandler<GetJwksRequest, JsonWebKeySet> {
  return async () => keys.publicKeys();
}
