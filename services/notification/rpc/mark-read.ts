import type { Notification } from '@shopverse/contracts/shopverse/notification/v1/notification';
import type { MarkReadRequest } from '@shopverse/contracts/shopverse/notification/v1/notification_service';
import { failure } from '@shopverse/mesh/failure';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { NoticeStore } from '../store/notice-store.ts';
import { toNotification } from './notification-message.ts';

/** Marks one of the caller's notices as read; again changes nothing. Errors: NOTIFICATION_NOT_FOUND, also for other people's. */
export const markRead =
  ({ notices }: { readonly notices: Pick<NoticeStore, 'markRead'> }): UnaryHandler<MarkReadRequest, Notification> =>
  async ({ id }, call) => {
    const notice = await notices.markRead(signedIn(call).userId, id, new Date());
    if (notice === undefined) throw failure('NOTIFICATION_NOT_FOUND', 'You have no notification with this id.', { notification_id: id });
    return toNotification(notice);
  };
