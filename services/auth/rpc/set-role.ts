import { Role } from '@shopverse/contracts/shopverse/access/v1/access';
import type { Account } from '@shopverse/contracts/shopverse/auth/v1/auth';
import type { SetRoleRequest } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { failure } from '@shopverse/mesh/failure';
import { isId } from '@shopverse/mesh/ids';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { changeRole, countAdmins, findAccount, lockAccount, lockRoles } from '../store/account-repository.ts';
import { record } from '../store/security-events.ts';
import { revokeSessions } from '../store/session-repository.ts';
import type { LogoutDeps } from './logout.ts';
import { originOf } from './origin.ts';

/**
 * Gives an account another role; its sessions end, as their tokens speak of the old one. Roles change one after the other: of two admins who take each other's away at
 * the same time, the second is no admin any more. A role that is as wanted stays, and so do the sessions. Errors: ACCOUNT_NOT_FOUND, LAST_ADMIN, ROLE_NOT_ALLOWED.
 */
export function setRole({ database, clock }: LogoutDeps): UnaryHandler<SetRoleRequest, Account> {
  return async ({ id, role: wanted }, call) => {
    const { userId: actorId } = signedIn(call);
    const role = wanted === Role.ADMIN ? 'ADMIN' : 'CUSTOMER';
    return database.transaction(async (tx) => {
      await lockRoles(tx);
      const actor = isId(actorId) ? await findAccount(tx.em, actorId) : undefined;
      if (actor?.role !== 'ADMIN') throw failure('ROLE_NOT_ALLOWED', 'This needs the role ADMIN.');
      const account = await lockAccount(tx.em, id);
      // What is left of a deleted account has no password, and can't be anything.
      if (account === undefined || account.passwordHash === '')
        throw failure('ACCOUNT_NOT_FOUND', 'There is no such account.', { account_id: id });
      const { email, fullName, role: old } = account;
      if (old !== role) {
        if (old === 'ADMIN' && (await countAdmins(tx.em)) === 1)
          throw failure('LAST_ADMIN', 'The shop would have no admin left: make another one first.');
        const now = clock();
        await changeRole(tx, { userId: id, from: old, to: role, changedBy: actorId }, now);
        await revokeSessions(tx, { userId: id }, { reason: 'ROLE_CHANGED', actorId, origin: originOf(call) }, now);
        await record(tx.em, { type: 'ROLE_CHANGED', userId: id, actorId, detail: `${old} ${role}`, at: now }, originOf(call));
      }
      return { id, email, fullName, role: Role[role] };
    });
  };
}
