import type { MarkAllReadRequest, MarkAllReadResponse } from '@shopverse/contracts/shopverse/notification/v1/notification_service';
import type { Bells } from '@shopverse/mesh/events/bells';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { NoticeStore } from '../store/notice-store.ts';

/** Marks all of the caller's notices as read; again changes nothing. */
export const markAllRead =
  ({
    notices,
    bells,
  }: {
    readonly notices: Pick<NoticeStore, 'markAllRead'>;
    readonly bells: Pick<Bells, 'ring'>;
  }): UnaryHandler<MarkAllReadRequest, MarkAllReadResponse> =>
  async (_request, call) => {
    const { userId } = signedIn(call);
    const marked = await notices.markAllRead(userId, new Date());
    bells.ring(userId);
    return { marked: BigInt(marked) };
  };
