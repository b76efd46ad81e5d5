import type { Notice, NoticeText } from '../domain/notice.ts';
import { isDigested } from '../domain/notice.ts';
import { channelsOf } from '../domain/preferences.ts';
import type { Bells } from '@shopverse/mesh/events/bells';
import type { AdminStore } from '../store/admin-store.ts';
import type { MailQueue } from '../store/mail-queue.ts';
import { noticeId } from '../store/notice-id.ts';
import type { NoticeStore } from '../store/notice-store.ts';
import type { PreferenceStore } from '../store/preference-store.ts';

/** What telling somebody something needs. */
export interface TellDeps {
  readonly notices: Pick<NoticeStore, 'add'>;
  readonly mails: Pick<MailQueue, 'add' | 'addToDigest'>;
  readonly preferences: Pick<PreferenceStore, 'get'>;
  /** Rung for who watches their inbox in this process. */
  readonly bells: Pick<Bells, 'ring'>;
}

/** What telling the admins something needs. */
export interface TellAdminsDeps extends TellDeps {
  readonly admins: Pick<AdminStore, 'all'>;
}

/** What of an event a notice keeps. */
export interface Cause {
  readonly id: string;
  /** When it happened. */
  readonly time: Date;
}

/**
 * Makes what an event says due to somebody, unless they are deleted, in the ways they want: a notice in their inbox and a mail in the queue. Both have ids made from the event's and
 * the recipient's, so that the same event again, or what a crash left undone, ends in one of each.
 */
export async function tell(
  { notices, mails, preferences, bells }: TellDeps,
  cause: Cause,
  userId: string,
  text: NoticeText,
): Promise<void> {
  const id = noticeId({ eventId: cause.id, userId, at: cause.time });
  const notice: Notice = { ...text, id, eventId: cause.id, userId, createdAt: cause.time };
  const wanted = await preferences.get(userId);
  if (wanted.gone) return;
  const { inApp, mail } = channelsOf(wanted, text.kind);
  // A notice nobody wants to see is kept all the same: it is on record, and what a digest is made of.
  await notices.add(notice, { hidden: !inApp });
  if (inApp) bells.ring(userId);
  if (mail) await (isDigested(text.kind) ? mails.addToDigest(notice) : mails.add(notice));
}

/** Tells everybody who is an admin by now. */
export async function tellAdmins({ admins, ...deps }: TellAdminsDeps, cause: Cause, text: NoticeText): Promise<void> {
  for (const userId of await admins.all()) await tell(deps, cause, userId, text);
}
