import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { welcome } from '../domain/notice-texts.ts';
import type { RecipientStore } from '../store/recipient-store.ts';
import { tell, type TellDeps } from './tell.ts';

/** Remembers whom mails go to, and welcomes them. */
export const onUserRegistered = ({ recipients, ...deps }: TellDeps & { readonly recipients: Pick<RecipientStore, 'remember'> }) =>
  onEvent(eventTypes['shopverse.auth.v1.UserRegistered'], async ({ userId, email, fullName }, event) => {
    await recipients.remember({ userId, email, name: fullName });
    await tell(deps, event, userId, welcome());
  });
