import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { loggedIn } from '../domain/notice-texts.ts';
import type { DeviceStore } from '../store/device-store.ts';
import { tell, type TellDeps } from './tell.ts';

/** Tells somebody that their account was signed in to from a device that was not seen before. Of somebody who is deleted no device is remembered. */
export const onUserLoggedIn = ({ devices, ...deps }: TellDeps & { readonly devices: Pick<DeviceStore, 'isNews'> }) =>
  onEvent(eventTypes['shopverse.auth.v1.UserLoggedIn'], async ({ userId, userAgent, loggedInAt = new Date(0) }, event) => {
    if ((await deps.preferences.get(userId)).gone) return;
    if (await devices.isNews({ userId, userAgent, eventId: event.id, at: loggedInAt }))
      await tell(deps, event, userId, loggedIn({ userAgent, at: loggedInAt }));
  });
