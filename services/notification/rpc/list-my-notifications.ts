import type {
  CountUnreadRequest,
  CountUnreadResponse,
  ListMyNotificationsRequest,
  ListMyNotificationsResponse,
} from '@shopverse/contracts/shopverse/notification/v1/notification_service';
import { decodePageToken, page, pageSize } from '@shopverse/mesh/paging';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { NoticeStore } from '../store/notice-store.ts';
import { toNotification } from './notification-message.ts';

interface Deps {
  readonly notices: Pick<NoticeStore, 'list' | 'countUnread'>;
}

/** The caller's notices, newest first. Errors: INVALID_PAGE_TOKEN. */
export const listMyNotifications =
  ({ notices }: Deps): UnaryHandler<ListMyNotificationsRequest, ListMyNotificationsResponse> =>
  async (request, call) => {
    const { userId } = signedIn(call);
    const query = { userId, unreadOnly: request.unreadOnly };
    const [before] = decodePageToken(query, request.pageToken, 1) ?? [];
    const size = pageSize(request);
    const found = await notices.list({ ...query, before, limit: size + 1 });
    const { rows, nextPageToken } = page(found, size, query, ({ _id }) => [_id]);
    return { notifications: rows.map(toNotification), nextPageToken };
  };

/** How many of the caller's notices are unread. */
export const countUnread =
  ({ notices }: Deps): UnaryHandler<CountUnreadRequest, CountUnreadResponse> =>
  async (_request, call) => ({ unread: BigInt(await notices.countUnread(signedIn(call).userId)) });
