import type { Notification } from '@shopverse/contracts/shopverse/notification/v1/notification';
import type { MarkReadRequest } from '@shopverse/contracts/shopverse/notification/v1/notification_service';
import type { Bells } from '@shopverse/mesh/events/bells';
import { failure } from '@shopverse/mesh/failure';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { NoticeStore } from '../store/notice-store.ts';
import { toNotification } from './notification-message.ts';

/** Marks one of the caller's notices as read; again changes nothing. Errors: NOTIFICATION_NOT_FOUND, also for other people's. */
export const markRead =
  ({
    notices,
    bells,
  }: {
    readonly notices: Pick<NoticeStore, 'markRead'>;
    readonly bells: Pick<Bells, 'ring'>;
  }): UnaryHandler<MarkReadRequest, Notification> =>
  async ({ id }, call) => {
    const { userId } = signedIn(call);
    const notice = await notices.markRead(userId, id, new Date());
    if (notice === undefined) throw failure('NOTIFICATION_NOT_FOUND', 'You have no notification with this id.', { notification_id: id });
    bells.ring(userId);
    return toNotification(notice);
  };
