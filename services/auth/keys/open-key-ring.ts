import type { Config } from '@shopverse/mesh/config/read';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import type { settings } from '../config.ts';
import { signingKeyRotation, tendSigningKeys, type RotateSigningKey } from '../store/signing-key-repository.ts';
import { KeyRing } from './key-ring.ts';

/** How far the clocks of those who verify tokens may be behind ours, in milliseconds. */
const CLOCK_SKEW_MS = 60_000;

/** The signing keys in this process, and how they are rotated by hand. */
export interface OpenKeyRing {
  readonly keys: KeyRing;
  readonly rotate: RotateSigningKey;
}

/** Opens the signing keys that all replicas share, making the first when there is none. Throws ConfigError when the master key is another one. */
export async function openKeyRing(database: Postgres, config: Config<typeof settings>, clock: () => Date): Promise<OpenKeyRing> {
  const sealingKey = config.AUTH_MASTER_KEY.keyFor('signing-keys-at-rest');
  const keepMs = config.AUTH_ACCESS_TOKEN_TTL_MS + CLOCK_SKEW_MS;
  const rotation = {
    rotationMs: config.AUTH_KEY_ROTATION_MS,
    // A replica may learn of a new key this late, and what it answered before may be cached for that much longer.
    aheadMs: config.AUTH_KEYS_REFRESH_MS + config.AUTH_JWKS_CACHE_MS,
    keepMs,
  };
  const keys = new KeyRing({ load: () => tendSigningKeys(database, sealingKey, rotation, clock()), sealingKey, keepMs, clock });
  await keys.refresh();
  return { keys, rotate: signingKeyRotation(database, sealingKey, rotation, clock) };
}
