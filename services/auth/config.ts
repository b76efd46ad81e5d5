import { z } from 'zod';
import { durationMs, integer, postgresUrl, text } from '@shopverse/mesh/config/kinds';
import { MasterKey } from './keys/master-key.ts';

const DAY_MS = 24 * 3600_000;
const YEAR_MS = 365 * DAY_MS;

const masterKey = z
  .string('is required')
  .transform((base64, context) => {
    const key = MasterKey.parse(base64);
    if (key !== undefined) return key;
    context.addIssue('must be base64 of 32 bytes, for example from `openssl rand -base64 32`');
    return z.NEVER;
  })
  .meta({ description: 'Encrypts the signing keys at rest; base64 of 32 random bytes, the same for all replicas', secret: true });

/** Every setting of the auth service beyond the common ones. */
export const settings = {
  DATABASE_URL: postgresUrl('The auth database'),
  AUTH_MASTER_KEY: masterKey,
  AUTH_ISSUER: text('https://shopverse.local', 'The iss claim of access tokens'),
  AUTH_AUDIENCE: text('shopverse', 'The aud claim of access tokens'),
  AUTH_ACCESS_TOKEN_TTL_MS: durationMs(15 * 60_000, 'How long an access token is good for', { min: 10_000, max: DAY_MS }),
  AUTH_REFRESH_TOKEN_TTL_MS: durationMs(30 * DAY_MS, 'How long a refresh token can wait to be used', { min: 60_000, max: YEAR_MS }),
  AUTH_SESSION_TTL_MS: durationMs(90 * DAY_MS, 'How long a session lasts at most, however often it is refreshed', {
    min: 60_000,
    max: YEAR_MS,
  }),
  AUTH_KEY_ROTATION_MS: durationMs(30 * DAY_MS, 'How long a signing key signs before the next takes its turn', {
    min: 60_000,
    max: YEAR_MS,
  }),
  AUTH_JWKS_CACHE_MS: durationMs(60_000, 'Longest time that anybody caches the published keys; the edge takes 30 s', { max: DAY_MS }),
  AUTH_KEYS_REFRESH_MS: durationMs(15_000, 'How often a replica looks for new signing keys', { min: 100, max: 3600_000 }),
  AUTH_ARGON2_MEMORY_KIB: integer(19_456, 'Memory of one password hash', { min: 7_168, max: 1_048_576, unit: 'KiB' }),
  AUTH_ARGON2_PASSES: integer(2, 'Passes of a password hash over its memory', { min: 1, max: 100, unit: 'passes' }),
  AUTH_ARGON2_LANES: integer(1, 'Lanes of a password hash', { min: 1, max: 16, unit: 'lanes' }),
  // Node has four threads for such work, and signatures and name look-ups need one, too.
  AUTH_HASH_CONCURRENCY: integer(3, 'Password hashes at once', { min: 1, max: 64, unit: 'hashes' }),
  AUTH_HASH_QUEUE: integer(50, 'Password hashes that wait; beyond it calls are refused as OVERLOADED', { max: 10_000, unit: 'hashes' }),
  AUTH_LOCKOUT_FREE_TRIES: integer(5, 'Failed log-ins in a row before the first lock-out', { min: 1, max: 1_000, unit: 'tries' }),
  AUTH_LOCKOUT_CLIENT_FREE_TRIES: integer(50, 'Failed log-ins from one client address, or one IPv6 /64, before its first lock-out', {
    min: 1,
    max: 100_000,
    unit: 'tries',
  }),
  AUTH_LOCKOUT_CLIENT_FORGIVE_MS: durationMs(30_000, 'Time in which one failed log-in of a client address is forgiven', { min: 1_000 }),
  AUTH_LOCKOUT_FIRST_MS: durationMs(30_000, 'The first lock-out; each further failure doubles it'),
  AUTH_LOCKOUT_MAX_MS: durationMs(15 * 60_000, 'The longest lock-out'),
  AUTH_LOCKOUT_FORGET_MS: durationMs(DAY_MS, 'Time without a try after which failures are forgotten'),
  AUTH_PASSWORD_RESET_TTL_MS: durationMs(30 * 60_000, 'How long the link of a password reset is good for', { min: 60_000, max: DAY_MS }),
  AUTH_PASSWORD_RESETS_PER_HOUR: integer(3, 'Password resets of one account in an hour; more are not mailed', {
    min: 1,
    max: 100,
    unit: 'resets',
  }),
  AUTH_HANDOVER_INTERVAL_MS: durationMs(2_000, 'How often profiles that could not be made at once are tried again'),
  AUTH_PASSWORD_RESETS_PER_CLIENT: integer(20, 'Password resets that one client address may ask for in an hour', {
    min: 1,
    max: 1_000_000,
    unit: 'resets',
  }),
  AUTH_SECURITY_EVENTS_KEEP_DAYS: integer(365, 'How long the audit trail is kept', { min: 1, max: 36_500, unit: 'days' }),
  AUTH_SWEEP_INTERVAL_MS: durationMs(10 * 60_000, 'How often ended sessions and forgotten failures are deleted'),
};
