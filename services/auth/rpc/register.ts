import { RegisterRequest, RegisterResponse } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { invalidField } from '@shopverse/mesh/failure';
import { normaliseFullName } from '@shopverse/mesh/full-name';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { idempotent } from '@shopverse/mesh/store/idempotency';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { normaliseEmail } from '../domain/email.ts';
import type { Pseudonym } from '../keys/pseudonyms.ts';
import { checkNewPassword } from '../passwords/check-new-password.ts';
import type { PasswordHasher } from '../passwords/password-hasher.ts';
import type { ProfileHandover } from '../profiles/profile-handover.ts';
import { addAccount, emailTaken, findAccountByEmail } from '../store/account-repository.ts';
import { originOf } from './origin.ts';

/** What registering needs. */
export interface RegisterDeps {
  readonly database: Postgres;
  readonly passwords: Pick<PasswordHasher, 'hash'>;
  readonly common: ReadonlySet<string>;
  readonly handover: Pick<ProfileHandover, 'handOver'>;
  readonly pseudonym: Pseudonym;
  readonly clock: () => Date;
}

/**
 * Opens a customer's account. The address decides first, in this database, whether there is an account at all; only then is the user service asked for the
 * profile, and whatever breaks off from there on is done later by the job. So no profile is left behind without an account, and no address is
 * taken by an attempt that failed. Errors: EMAIL_TAKEN, PASSWORD_REFUSED, OVERLOADED.
 */
export function register(deps: RegisterDeps): UnaryHandler<RegisterRequest, RegisterResponse> {
  const { database, passwords, common, handover, pseudonym, clock } = deps;
  return async (request, call) => {
    const email = normaliseEmail(request.email);
    const fullName = normaliseFullName(request.fullName);
    if (fullName === undefined) throw invalidField('full_name', 'must have 1 to 200 visible characters');
    checkNewPassword({ field: 'password', password: request.password, email }, common);

    return idempotent(database, call, { codec: RegisterResponse, request: fingerprint(request, pseudonym) }, async (claim) => {
      // Asked before the costly hash; who is right when two ask at once, the unique index decides.
      if ((await database.read((em) => findAccountByEmail(em, email))) !== undefined) throw emailTaken();
      const passwordHash = await passwords.hash(request.password, call.signal);
      const answer: RegisterResponse = { userId: claim.resourceId };
      await database.transaction(async (tx) => {
        const account = { id: answer.userId, email, fullName, phone: request.phone, role: 'CUSTOMER', passwordHash } as const;
        await addAccount(tx, account, originOf(call), clock());
        await claim.complete(tx, answer);
      });
      await handover.handOver(answer.userId).catch((error: unknown) => {
        call.log.warn({ user_id: answer.userId, err: error }, 'profile not handed over yet');
      });
      return answer;
    });
  };
}

/** The request as the idempotency key remembers it. A plain hash of the password would be easier to guess from than the one that is kept for signing in. */
function fingerprint(request: RegisterRequest, pseudonym: Pseudonym): Uint8Array {
  return RegisterRequest.encode({ ...request, password: pseudonym('password', request.password).toString('hex') }).finish();
}
