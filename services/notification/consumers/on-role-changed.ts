import { Role } from '@shopverse/contracts/shopverse/access/v1/access';
import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { roleChanged } from '../domain/security-notices.ts';
import type { AdminStore } from '../store/admin-store.ts';
import { tell, type TellDeps } from './tell.ts';

/** Remembers who is an admin, and is told what admins are told, and tells whose role it is. */
export const onRoleChanged = ({ admins, ...deps }: TellDeps & { readonly admins: Pick<AdminStore, 'changed'> }) =>
  onEvent(eventTypes['shopverse.auth.v1.RoleChanged'], async ({ userId, newRole, changedAt }, event) => {
    const [admin, at] = [newRole === Role.ADMIN, changedAt ?? event.time];
    await admins.changed(userId, admin, at);
    await tell(deps, event, userId, roleChanged({ admin, at }));
  });
