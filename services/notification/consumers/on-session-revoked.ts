import { RevocationReason } from '@shopverse/contracts/shopverse/auth/v1/auth_events';
import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { sessionEnded } from '../domain/security-notices.ts';
import { tell, type TellDeps } from './tell.ts';

/** Tells somebody that a copy of their refresh token is about. Of other ends of sessions they know, or are told by what caused them. */
export const onSessionRevoked = (deps: TellDeps) =>
  onEvent(eventTypes['shopverse.auth.v1.SessionRevoked'], async ({ userId, reason, revokedAt }, event) => {
    if (reason === RevocationReason.REFRESH_TOKEN_REUSED) await tell(deps, event, userId, sessionEnded({ at: revokedAt ?? event.time }));
  });
