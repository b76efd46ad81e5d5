import { eventTypes } from '@shopverse/contracts/event-types';
import type { Empty } from '@shopverse/contracts/google/protobuf/empty';
import { Role } from '@shopverse/contracts/shopverse/access/v1/access';
import type { AuthServiceDefinition } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import type { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import type { DeleteAccountRequest, DeleteUserRequest } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { failure } from '@shopverse/mesh/failure';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { RpcClient } from '@shopverse/mesh/rpc/client';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { requestErasure } from '../store/erasures.ts';
import { eraseProfile, lockProfile } from '../store/profile-repository.ts';

/** What deleting a user needs. */
export interface DeleteUserDeps {
  readonly database: Postgres;
  readonly auth: Pick<RpcClient<typeof AuthServiceDefinition>, 'getAccountRole'>;
  readonly orders: Pick<RpcClient<typeof OrderServiceDefinition>, 'countOpenOrders'>;
  readonly clock: () => Date;
}

/** Deletes the caller's own account. Errors: OPEN_ORDERS, ADMIN_ROLE_HELD, USER_NOT_FOUND, DEPENDENCY_UNAVAILABLE. */
export function deleteAccount(deps: DeleteUserDeps): UnaryHandler<DeleteAccountRequest, Empty> {
  return async (_request, call) => deleteOne(deps, signedIn(call).userId);
}

/** Deletes a user for an admin. Errors as `deleteAccount`. */
export function deleteUser(deps: DeleteUserDeps): UnaryHandler<DeleteUserRequest, Empty> {
  return async ({ id }) => deleteOne(deps, id);
}

/**
 * What is personal here is erased at once; the event has everybody else do so. An order that is placed between the question and the answer is not lost: its rows stay, without
 * where it goes to once order hears of it.
 */
async function deleteOne({ database, auth, orders, clock }: DeleteUserDeps, userId: string): Promise<Empty> {
  const { role } = await auth.getAccountRole({ userId });
  // Roles are taken away by SetRole, which leaves the shop an admin.
  if (role === Role.ADMIN)
    throw failure('ADMIN_ROLE_HELD', 'An admin is not deleted: have the role taken away first.', { user_id: userId });
  const { openOrders } = await orders.countOpenOrders({ customerId: userId });
  if (openOrders > 0) {
    throw failure('OPEN_ORDERS', 'There are orders that are not at their end: wait for them, or cancel them first.', {
      open_orders: String(openOrders),
    });
  }
  const now = clock();
  await database.transaction(async (tx) => {
    const profile = await lockProfile(tx.em, userId);
    if (profile === undefined) throw failure('USER_NOT_FOUND', 'No user with this id.', { user_id: userId });
    await eraseProfile(tx.em, profile, now);
    await requestErasure(tx.em, userId, now);
    tx.publish(eventTypes['shopverse.user.v1.UserDeleted'], { userId, deletedAt: now });
  });
  return {};
}
