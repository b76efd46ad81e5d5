import { RegisterRequest } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { validators } from '@shopverse/contracts/validators';
import { ConfigError } from '@shopverse/mesh/config/read';
import { newId } from '@shopverse/mesh/ids';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import type { Account, AccountRole } from '../domain/account.ts';
import { normaliseEmail } from '../domain/email.ts';
import { passwordAdvice, refusePassword } from '../domain/password-rule.ts';
import { NOWHERE } from '../domain/security-event.ts';
import type { PasswordHasher } from '../passwords/password-hasher.ts';
import { addAccount, findAccountByEmail } from '../store/account-repository.ts';
import type { ProfileHandover } from './profile-handover.ts';

/** An account that shall be there. */
export interface WantedAccount {
  /** For the one who reads an error: `SEED_ADMIN`. */
  readonly setting: string;
  readonly email: string;
  readonly password: string;
  readonly fullName: string;
  readonly role: AccountRole;
}

/** An account that is there. */
export interface SeededAccount {
  readonly user_id: string;
  readonly email: string;
  readonly role: AccountRole;
  /** False when it was there before; then its password is what it was. */
  readonly created: boolean;
}

/** What seeding needs. */
export interface SeedAccountDeps {
  readonly database: Postgres;
  readonly passwords: Pick<PasswordHasher, 'hash'>;
  readonly common: ReadonlySet<string>;
  readonly handover: Pick<ProfileHandover, 'handOver'>;
  readonly clock: () => Date;
}

/**
 * Sees to it that an account is there, with its profile. Once or often, it is the same account.
 *
 * @throws ConfigError when the address or password would not be let through by Register, or the address belongs to an account of another role
 */
export async function seedAccount(deps: SeedAccountDeps, wanted: WantedAccount): Promise<SeededAccount> {
  const { setting, fullName, role, password } = wanted;
  const email = normaliseEmail(wanted.email);
  const there = await deps.database.read((em) => findAccountByEmail(em, email));
  if (there !== undefined && there.role !== role) {
    throw new ConfigError(`${setting}_EMAIL belongs to an account of the role ${there.role}; give an address that is free.`);
  }
  const account = there ?? (await open(deps, { ...wanted, email }));
  await deps.handover.handOver(account.id);
  return { user_id: account.id, email, role, created: there === undefined };

  async function open({ database, passwords, common, clock }: SeedAccountDeps, { email }: WantedAccount): Promise<Account> {
    const request = RegisterRequest.fromPartial({ email, password, fullName });
    const [violation] = validators['shopverse.auth.v1.RegisterRequest']?.(request) ?? [];
    if (violation !== undefined) throw new ConfigError(`${setting}_${violation.field.toUpperCase()} ${violation.message}.`);
    const refusal = refusePassword(password, email, common);
    if (refusal !== undefined) throw new ConfigError(`${setting}_PASSWORD ${passwordAdvice[refusal]}.`);
    const account: Account = { id: newId(), email, fullName, role, passwordHash: await passwords.hash(password) };
    await database.transaction((tx) => addAccount(tx, { ...account, phone: '' }, NOWHERE, clock()));
    return account;
  }
}
