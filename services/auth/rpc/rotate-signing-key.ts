import type { RotateSigningKeyRequest, RotateSigningKeyResponse } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { KeyRing } from '../keys/key-ring.ts';
import type { RotateSigningKey } from '../store/signing-key-repository.ts';
import { originOf } from './origin.ts';

/** What rotating needs. */
export interface RotateSigningKeyDeps {
  readonly rotate: RotateSigningKey;
  readonly keys: Pick<KeyRing, 'refresh'>;
}

/** Makes the next signing key ahead of its time, unless one waits already, and publishes it. */
export function rotateSigningKey({ rotate, keys }: RotateSigningKeyDeps): UnaryHandler<RotateSigningKeyRequest, RotateSigningKeyResponse> {
  return async (_request, call) => {
    const next = await rotate(signedIn(call).userId, originOf(call));
    await keys.refresh();
    return next;
  };
}
