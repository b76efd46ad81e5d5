import { NotificationKind, type Notification } from '@shopverse/contracts/shopverse/notification/v1/notification';
import type { NoticeDocument } from '../store/documents.ts';

/** A notice as the contract shows it. */
export function toNotification({ _id, kind, title, body, subjectId, createdAt, read }: NoticeDocument): Notification {
  return { id: _id, kind: NotificationKind[kind], title, body, subjectId, createdAt, read };
}
