import { randomBytes } from 'node:crypto';
import { RegisterRequest } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { validators } from '@shopverse/contracts/validators';
import { ConfigError } from '@shopverse/mesh/config/read';
import { newId } from '@shopverse/mesh/ids';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { normaliseEmail } from '../domain/email.ts';
import { NOWHERE } from '../domain/security-event.ts';
import type { PasswordHasher } from '../passwords/password-hasher.ts';
import { addAccount, countAdmins, lockRoles } from '../store/account-repository.ts';

/** What opening it needs. */
export interface OpenFirstAdminDeps {
  readonly database: Postgres;
  readonly passwords: Pick<PasswordHasher, 'hash'>;
  readonly clock: () => Date;
}

/** An account that was just opened. */
export interface FirstAdmin {
  readonly userId: string;
  readonly email: string;
  /** Nobody keeps it: its hash is all that is stored. */
  readonly password: string;
}

/** 144 bits: nobody guesses it, and nobody types it often. */
const PASSWORD_BYTES = 18;

/**
 * Opens the account of a shop's first admin, with a password that is made here. Its profile follows by the service's own job.
 *
 * @throws ConfigError when the shop has an admin, or Register would not let the address or name through
 * @throws Failure EMAIL_TAKEN
 */
export async function openFirstAdmin(
  { database, passwords, clock }: OpenFirstAdminDeps,
  wanted: { readonly email: string; readonly fullName: string },
): Promise<FirstAdmin> {
  const email = normaliseEmail(wanted.email);
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  const [violation] = validators['shopverse.auth.v1.RegisterRequest']?.(RegisterRequest.fromPartial({ ...wanted, email, password })) ?? [];
  if (violation !== undefined) throw new ConfigError(`FIRST_ADMIN_${violation.field === 'email' ? 'EMAIL' : 'NAME'} ${violation.message}.`);
  const userId = newId();
  const passwordHash = await passwords.hash(password);
  await database.transaction(async (tx) => {
    await lockRoles(tx); // of two who run this at the same time, one is first
    if ((await countAdmins(tx.em)) > 0)
      throw new ConfigError('The shop has an admin already, who can make others: POST /v1/auth/accounts/{id}:setRole.');
    await addAccount(tx, { id: userId, email, fullName: wanted.fullName, role: 'ADMIN', passwordHash, phone: '' }, NOWHERE, clock());
  });
  return { userId, email, password };
}
