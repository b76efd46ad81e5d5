import { Role } from '@shopverse/contracts/shopverse/access/v1/access';
import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import type { AdminStore } from '../store/admin-store.ts';

/** Remembers who is an admin, and is told what admins are told. */
export const onRoleChanged = ({ admins }: { readonly admins: Pick<AdminStore, 'changed'> }) =>
  onEvent(eventTypes['shopverse.auth.v1.RoleChanged'], async ({ userId, newRole, changedAt }, event) => {
    await admins.changed(userId, newRole === Role.ADMIN, changedAt ?? event.time);
  });
