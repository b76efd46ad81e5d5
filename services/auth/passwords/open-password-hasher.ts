import type { Config } from '@shopverse/mesh/config/read';
import type { settings } from '../config.ts';
import { PasswordHasher } from './password-hasher.ts';
import { WorkLimit } from './work-limit.ts';

/** The password hasher as the settings want it. */
export async function openPasswordHasher(config: Config<typeof settings>): Promise<PasswordHasher> {
  return PasswordHasher.create(
    { memoryKib: config.AUTH_ARGON2_MEMORY_KIB, passes: config.AUTH_ARGON2_PASSES, lanes: config.AUTH_ARGON2_LANES },
    new WorkLimit({ running: config.AUTH_HASH_CONCURRENCY, waiting: config.AUTH_HASH_QUEUE }),
  );
}
