import { eventTypes } from '@shopverse/contracts/event-types';
import type { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { onEvent } from '@shopverse/mesh/events/handler';
import type { RpcClient } from '@shopverse/mesh/rpc/client';
import type { ShopperStore } from '../store/shopper-store.ts';

/** A user is gone: what they did is forgotten, and the user service is told so. Lists of similar products, which name nobody, forget it with time. */
export function onUserDeleted({
  shoppers,
  users,
}: {
  readonly shoppers: Pick<ShopperStore, 'erase'>;
  readonly users: Pick<RpcClient<typeof UserServiceDefinition>, 'recordErasure'>;
}) {
  return onEvent(eventTypes['shopverse.user.v1.UserDeleted'], async ({ userId }) => {
    await shoppers.erase(userId);
    await users.recordErasure({ userId });
  });
}
