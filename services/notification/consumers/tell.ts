import type { Notice, NoticeText } from '../domain/notice.ts';
import type { MailQueue } from '../store/mail-queue.ts';
import { noticeId } from '../store/notice-id.ts';
import type { NoticeStore } from '../store/notice-store.ts';

/** What telling somebody something needs. */
export interface TellDeps {
  readonly notices: Pick<NoticeStore, 'add'>;
  readonly mails: Pick<MailQueue, 'add'>;
}

/** What of an event a notice keeps. */
export interface Cause {
  readonly id: string;
  /** When it happened. */
  readonly time: Date;
}

/**
 * Makes what an event says due to somebody: a notice in their inbox and a mail in the queue. Both have ids made from the event's and the
 * recipient's, so that the same event again, or what a crash left undone, ends in one of each.
 */
export async function tell({ notices, mails }: TellDeps, cause: Cause, userId: string, text: NoticeText): Promise<void> {
  const id = noticeId({ eventId: cause.id, userId, at: cause.time });
  const notice: Notice = { ...text, id, eventId: cause.id, userId, createdAt: cause.time };
  await notices.add(notice);
  await mails.add(notice);
}
