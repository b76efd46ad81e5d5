import { AuthServiceDefinition } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { PasswordResetServiceDefinition } from '@shopverse/contracts/shopverse/auth/v1/password_reset_service';
import { RevocationServiceDefinition } from '@shopverse/contracts/shopverse/auth/v1/revocation_service';
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { consume } from '@shopverse/mesh/events/consume';
import { startRelay } from '@shopverse/mesh/events/relay';
import { every } from '@shopverse/mesh/lifecycle/every';
import { runService } from '@shopverse/mesh/lifecycle/run-service';
import { learner } from '@shopverse/mesh/sessions/learn-revoked-sessions';
import { openPostgres } from '@shopverse/mesh/store/postgres';
import { settings } from './config.ts';
import { onProfileUpdated } from './consumers/on-profile-updated.ts';
import { onUserDeleted } from './consumers/on-user-deleted.ts';
import { forgetWhatEnded } from './jobs/forget-what-ended.ts';
import { handOverProfiles } from './jobs/hand-over-profiles.ts';
import { accessTokens } from './keys/access-token.ts';
import { openKeyRing } from './keys/open-key-ring.ts';
import { pseudonyms } from './keys/pseudonyms.ts';
import { commonPasswords } from './passwords/common-passwords.ts';
import { openPasswordHasher } from './passwords/open-password-hasher.ts';
import { PasswordCheck } from './passwords/password-check.ts';
import { ProfileHandover } from './profiles/profile-handover.ts';
import { changePassword } from './rpc/change-password.ts';
import { getAccountRole } from './rpc/get-account-role.ts';
import { getJwks } from './rpc/get-jwks.ts';
import { issuePasswordResetToken } from './rpc/issue-password-reset-token.ts';
import { listSecurityEvents } from './rpc/list-security-events.ts';
import { listSessions } from './rpc/list-sessions.ts';
import { listRevokedSessions } from './rpc/list-revoked-sessions.ts';
import { login } from './rpc/login.ts';
import { logoutEverywhere } from './rpc/logout-everywhere.ts';
import { logout } from './rpc/logout.ts';
import { refreshToken } from './rpc/refresh-token.ts';
import { register } from './rpc/register.ts';
import { requestPasswordReset } from './rpc/request-password-reset.ts';
import { resetPassword } from './rpc/reset-password.ts';
import { revokeSession } from './rpc/revoke-session.ts';
import { rotateSigningKey } from './rpc/rotate-signing-key.ts';
import { setRole } from './rpc/set-role.ts';
import { entities } from './store/entities.ts';
import { listRevokedSessions as listRevoked } from './store/revoked-sessions.ts';
import { LoginTries } from './store/login-tries.ts';
import { migrations } from './store/migrations/migrations.ts';

/** Revoked sessions read at a time. */
const LEARNED_AT_ONCE = 10_000;
/** How far the clocks of those who sign and those who believe may be apart, in milliseconds; the edge allows for 5 s. */
const CLOCK_SKEW_MS = 60_000;

await runService('auth', settings, async (service) => {
  const { config, log } = service;
  const clock = () => new Date();
  const database = await openPostgres(service, { url: config.DATABASE_URL, entities, migrations });
  const users = service.client(UserServiceDefinition, 'user');
  const { keys, rotate } = await openKeyRing(database, config, clock);
  const passwords = await openPasswordHasher(config);
  const pseudonym = pseudonyms(config.AUTH_MASTER_KEY);
  const handover = new ProfileHandover({ database, users, clock });
  const lockOut = { maxMs: config.AUTH_LOCKOUT_MAX_MS, firstMs: config.AUTH_LOCKOUT_FIRST_MS, forgetMs: config.AUTH_LOCKOUT_FORGET_MS };
  const policies = {
    email: { ...lockOut, freeTries: config.AUTH_LOCKOUT_FREE_TRIES },
    client: { ...lockOut, freeTries: config.AUTH_LOCKOUT_CLIENT_FREE_TRIES, forgiveMs: config.AUTH_LOCKOUT_CLIENT_FORGIVE_MS },
  };
  const check = new PasswordCheck({ passwords, pseudonym, tries: new LoginTries({ database, policies, clock }) });
  const common = commonPasswords();
  const lifetimes = { sessionMs: config.AUTH_SESSION_TTL_MS, refreshTokenMs: config.AUTH_REFRESH_TOKEN_TTL_MS };
  const issueAccessToken = accessTokens({
    issuer: config.AUTH_ISSUER,
    audience: config.AUTH_AUDIENCE,
    ttlMs: config.AUTH_ACCESS_TOKEN_TTL_MS,
    signer: () => keys.signer(),
    clock,
  });

  const tokenMs = config.AUTH_ACCESS_TOKEN_TTL_MS + CLOCK_SKEW_MS;

  service.serve(AuthServiceDefinition, {
    register: register({ database, passwords, common, handover, pseudonym, clock }),
    login: login({ database, passwords, check, issueAccessToken, lifetimes, clock }),
    refreshToken: refreshToken({ database, issueAccessToken, lifetimes, clock }),
    logout: logout({ database, clock }),
    logoutEverywhere: logoutEverywhere({ database, clock }),
    listSessions: listSessions({ database, clock }),
    revokeSession: revokeSession({ database, clock }),
    changePassword: changePassword({ database, passwords, check, common, clock }),
    requestPasswordReset: requestPasswordReset({
      database,
      pseudonym,
      clock,
      ttlMs: config.AUTH_PASSWORD_RESET_TTL_MS,
      mostPerHour: config.AUTH_PASSWORD_RESETS_PER_HOUR,
      mostPerClient: config.AUTH_PASSWORD_RESETS_PER_CLIENT,
    }),
    resetPassword: resetPassword({ database, passwords, check, common, clock }),
    setRole: setRole({ database, clock }),
    listSecurityEvents: listSecurityEvents({ database }),
    rotateSigningKey: rotateSigningKey({ rotate, keys }),
    getAccountRole: getAccountRole({ database }),
    getJwks: getJwks({ keys }),
  });
  service.serve(PasswordResetServiceDefinition, { issuePasswordResetToken: issuePasswordResetToken({ database, clock }) });
  service.serve(RevocationServiceDefinition, { listRevokedSessions: listRevokedSessions({ database, clock, tokenMs }) });
  service.adminRoute('/.well-known/jwks.json', async () => keys.publicKeys());

  startRelay(service, database);
  await consume(service, { group: 'auth', handlers: [onUserDeleted({ database, users, clock }), onProfileUpdated({ database })] });
  // What this process tells the others it asks of its own database, as another replica may have ended a session.
  const learn = learner(service.revokedSessions, async (since) => {
    const sessions = await database.read((em) => listRevoked(em, { since, now: clock(), tokenMs, limit: LEARNED_AT_ONCE }));
    return { sessions, truncated: sessions.length === LEARNED_AT_ONCE };
  });
  every(service, 'learn-revoked-sessions', { intervalMs: config.REVOKED_SESSIONS_REFRESH_MS, atOnce: true }, learn);
  every(service, 'refresh-signing-keys', { intervalMs: config.AUTH_KEYS_REFRESH_MS }, () => keys.refresh());
  every(service, 'hand-over-profiles', { intervalMs: config.AUTH_HANDOVER_INTERVAL_MS }, handOverProfiles({ handover, log }));
  every(
    service,
    'forget-what-ended',
    { intervalMs: config.AUTH_SWEEP_INTERVAL_MS },
    forgetWhatEnded({
      database,
      clock,
      forgetMs: config.AUTH_LOCKOUT_FORGET_MS,
      trailMs: config.AUTH_SECURITY_EVENTS_KEEP_DAYS * 86_400_000,
    }),
  );
});
