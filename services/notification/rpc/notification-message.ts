import { NotificationKind, type Notification } from '@shopverse/contracts/shopverse/notification/v1/notification';
import { NOTICE_KINDS, type NoticeKind } from '../domain/notice.ts';
import type { NoticeDocument } from '../store/documents.ts';

/** A notice as the contract shows it. */
export function toNotification({ _id, kind, title, body, subjectId, createdAt, read }: NoticeDocument): Notification {
  return { id: _id, kind: NotificationKind[kind], title, body, subjectId, createdAt, read };
}

/** The kind that a number of the contract stands for; undefined for one that is not told any more. */
export const kindOfNumber = (kind: NotificationKind): NoticeKind | undefined =>
  NOTICE_KINDS.find((name) => NotificationKind[name] === kind);
