import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { AccountEntity } from '../store/entities.ts';

/** A user has another name: the next access token says it. The events of one user come in their order, so that the last one stays. */
export function onProfileUpdated({ database }: { readonly database: Postgres }) {
  return onEvent(eventTypes['shopverse.user.v1.ProfileUpdated'], async ({ userId, fullName, updatedAt = new Date() }) => {
    // Of an account that is deleted meanwhile nothing personal comes back.
    await database.transaction(
      async ({ em }) => void (await em.nativeUpdate(AccountEntity, { id: userId, passwordHash: { $ne: '' } }, { fullName, updatedAt })),
    );
  });
}
