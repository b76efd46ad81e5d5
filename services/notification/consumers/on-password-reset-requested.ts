import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { passwordReset } from '../domain/security-notices.ts';
import { tell, type TellDeps } from './tell.ts';

/** Mails the link that sets a new password. Its token is asked for when the mail leaves, and is kept nowhere. */
export const onPasswordResetRequested = (deps: TellDeps) =>
  onEvent(eventTypes['shopverse.auth.v1.PasswordResetRequested'], async ({ userId, resetId, expiresAt }, event) => {
    await tell(deps, event, userId, passwordReset({ resetId, expiresAt: expiresAt ?? event.time }));
  });
