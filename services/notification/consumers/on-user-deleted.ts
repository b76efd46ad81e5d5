import { eventTypes } from '@shopverse/contracts/event-types';
import type { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { onEvent } from '@shopverse/mesh/events/handler';
import type { RpcClient } from '@shopverse/mesh/rpc/client';
import type { Db } from 'mongodb';
import { erasePerson } from '../store/erase-person.ts';

/** A user is gone: their address, notices, mails and preferences go, too, and the user service is told so. Once more changes nothing. */
export function onUserDeleted({
  database,
  users,
}: {
  readonly database: Db;
  readonly users: Pick<RpcClient<typeof UserServiceDefinition>, 'recordErasure'>;
}) {
  return onEvent(eventTypes['shopverse.user.v1.UserDeleted'], async ({ userId }) => {
    await erasePerson(database, userId, new Date());
    await users.recordErasure({ userId });
  });
}
