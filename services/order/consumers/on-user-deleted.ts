import { eventTypes } from '@shopverse/contracts/event-types';
import type { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { onEvent } from '@shopverse/mesh/events/handler';
import type { RpcClient } from '@shopverse/mesh/rpc/client';
import { eraseCustomer } from '../store/erase-customer.ts';
import type { ConsumerDeps } from './deps.ts';

/** A user is gone: what is personal in their orders and cart goes, too, and the user service is told so. Once more changes nothing. */
export function onUserDeleted({
  database,
  users,
}: Pick<ConsumerDeps, 'database'> & { readonly users: Pick<RpcClient<typeof UserServiceDefinition>, 'recordErasure'> }) {
  return onEvent(eventTypes['shopverse.user.v1.UserDeleted'], async ({ userId }) => {
    await eraseCustomer(database, userId);
    await users.recordErasure({ userId });
  });
}
