import { eventTypes } from '@shopverse/contracts/event-types';
import type { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { onEvent } from '@shopverse/mesh/events/handler';
import type { RpcClient } from '@shopverse/mesh/rpc/client';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { anonymiseAccount } from '../store/anonymise-account.ts';

/** A user is gone: nobody signs in to the account any more, nothing personal is left of it, and the user service is told so. Once more changes nothing. */
export function onUserDeleted({
  database,
  users,
  clock,
}: {
  readonly database: Postgres;
  readonly users: Pick<RpcClient<typeof UserServiceDefinition>, 'recordErasure'>;
  readonly clock: () => Date;
}) {
  return onEvent(eventTypes['shopverse.user.v1.UserDeleted'], async ({ userId }) => {
    await database.transaction((tx) => anonymiseAccount(tx, userId, clock()));
    await users.recordErasure({ userId });
  });
}
