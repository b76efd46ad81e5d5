import { Role } from '@shopverse/contracts/shopverse/access/v1/access';
import type { GetAccountRoleRequest, GetAccountRoleResponse } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { findAccount } from '../store/account-repository.ts';

/** What an account may do; unspecified for one that is not there, or deleted. */
export function getAccountRole({ database }: { readonly database: Postgres }): UnaryHandler<GetAccountRoleRequest, GetAccountRoleResponse> {
  return async ({ userId }) => {
    const account = await database.read((em) => findAccount(em, userId));
    return { role: account === undefined || account.passwordHash === '' ? Role.UNSPECIFIED : Role[account.role] };
  };
}
