import type {
  ListNotificationsRequest,
  ListNotificationsResponse,
} from '@shopverse/contracts/shopverse/notification/v1/notification_service';
import { invalidField } from '@shopverse/mesh/failure';
import { decodePageToken, page, pageSize } from '@shopverse/mesh/paging';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { MailQueue } from '../store/mail-queue.ts';
import type { NoticeStore } from '../store/notice-store.ts';
import { kindOfNumber, toNotification } from './notification-message.ts';

interface Deps {
  readonly notices: Pick<NoticeStore, 'listAll'>;
  readonly mails: Pick<MailQueue, 'statesOf'>;
}

/** What the shop told people, newest first, for admins: notices in one query, their mails in another. Errors: INVALID_PAGE_TOKEN. */
export const listNotifications =
  ({ notices, mails }: Deps): UnaryHandler<ListNotificationsRequest, ListNotificationsResponse> =>
  async ({ userId, kind, createdFrom: from, createdTo: to, unreadOnly, pageToken, pageSize: asked }) => {
    const name = kind === 0 ? undefined : kindOfNumber(kind);
    if (kind !== 0 && name === undefined) throw invalidField('kind', 'is no longer told.');
    const query = { userId, kind: name, unreadOnly, from, to };
    const bound = { ...query, from: from?.toISOString(), to: to?.toISOString() };
    const [before] = decodePageToken(bound, pageToken, 1) ?? [];
    const size = pageSize({ pageSize: asked });
    const found = await notices.listAll({ ...query, before, limit: size + 1 });
    const { rows, nextPageToken } = page(found, size, bound, ({ _id }) => [_id]);
    const states = await mails.statesOf(rows.map(({ _id }) => _id));
    return {
      nextPageToken,
      notifications: rows.map((notice) => {
        const mail = states.get(notice._id);
        return {
          notification: toNotification(notice),
          userId: notice.userId,
          hidden: notice.hidden ?? false,
          mailState: mail?.state ?? '',
          mailTries: mail?.tries ?? 0,
          mailError: mail?.lastError ?? '',
        };
      }),
    };
  };
