import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { passwordChanged } from '../domain/security-notices.ts';
import { tell, type TellDeps } from './tell.ts';

/** Tells somebody that their password is another one now: it may not have been them. */
export const onPasswordChanged = (deps: TellDeps) =>
  onEvent(eventTypes['shopverse.auth.v1.PasswordChanged'], async ({ userId, byReset, changedAt }, event) => {
    await tell(deps, event, userId, passwordChanged({ byReset, at: changedAt ?? event.time }));
  });
