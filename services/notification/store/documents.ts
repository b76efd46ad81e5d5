import type { IndexDescription } from 'mongodb';
import type { NoticeFacts, NoticeKind } from '../domain/notice.ts';
import type { Preferences } from '../domain/preferences.ts';
import type { QuietHours } from '../domain/quiet-hours.ts';

/** Whom notices go to. The only place that holds anything personal. */
export interface RecipientDocument {
  /** User id. */
  readonly _id: string;
  readonly email: string;
  readonly name: string;
  /** A server said that it won't ever take mails for this address; none is sent to it before this. */
  readonly bouncingUntil?: Date;
}

/** A notice in somebody's inbox. */
export interface NoticeDocument {
  /** Notice id; sorts by the time of the event. */
  readonly _id: string;
  readonly eventId: string;
  readonly userId: string;
  readonly kind: NoticeKind;
  readonly title: string;
  readonly body: string;
  readonly subjectId: string;
  readonly createdAt: Date;
  readonly read: boolean;
  readonly readAt?: Date;
  /** When it was put there: what watchers go by, since an event may come late. */
  readonly addedAt?: Date;
  /** Its owner does not want to see this kind. */
  readonly hidden?: true;
}

/** What somebody wants to be told. */
export interface PreferenceDocument {
  /** User id. */
  readonly _id: string;
  readonly kinds: Preferences['kinds'];
  readonly quiet: QuietHours | null;
  /** Counts the changes. */
  readonly revision: number;
  /** They are deleted: an event that comes late is no news to anybody. */
  readonly gone?: true;
  /** Since when. */
  readonly goneAt?: Date;
}

/** Whether somebody runs the shop. */
export interface AdminDocument {
  /** User id. */
  readonly _id: string;
  readonly admin: boolean;
  readonly changedAt: Date;
}

/** A device that somebody has signed in from. */
export interface DeviceDocument {
  /** Made of the user's id and what the device calls itself. */
  readonly _id: string;
  readonly userId: string;
  /** The sign-in it was first seen with. */
  readonly eventId: string;
  /** It is the first one of this user. */
  readonly first: boolean;
  readonly seenAt: Date;
}

/** Where a mail stands: waiting or being sent; sent; given up; nobody to send it to; not sent, as its address takes no mails. */
export const MAIL_STATES = ['QUEUED', 'SENT', 'FAILED', 'NO_RECIPIENT', 'SUPPRESSED', 'OVERTAKEN'] as const;
/** See `MAIL_STATES`. */
export type MailState = (typeof MAIL_STATES)[number];

/** A mail that is due because of a notice. Holds no address: that is looked up when it is sent. */
export interface MailDocument {
  /** The notice's id. */
  readonly _id: string;
  readonly userId: string;
  readonly kind: NoticeKind;
  readonly subject: string;
  /** It is about all notices of this kind of this day, "2026-01-10" (UTC): subject and facts are made when it is sent. */
  readonly digestOf?: string;
  readonly facts: NoticeFacts;
  readonly createdAt: Date;
  readonly state: MailState;
  /** When somebody may take it to send it. Whoever takes it moves this to the end of their lease. */
  readonly dueAt: Date;
  /** Who has it; a new value each time it is taken. */
  readonly lease?: string;
  /** How often it was taken. */
  readonly tries: number;
  /** Why the last try failed. */
  readonly lastError?: string;
  readonly sentAt?: Date;
}

/** The indexes that serve the queries of this folder, and the one that keeps a notice from being there twice. */
export const indexes: Readonly<Record<string, readonly IndexDescription[]>> = {
  notices: [
    { key: { eventId: 1, userId: 1 }, name: 'once', unique: true },
    { key: { userId: 1, _id: -1 }, name: 'inbox' },
    { key: { userId: 1, read: 1, _id: -1 }, name: 'unread' },
    { key: { userId: 1, addedAt: 1 }, name: 'news' },
    { key: { kind: 1, _id: -1 }, name: 'kind' },
    { key: { userId: 1, kind: 1, _id: -1 }, name: 'digest' },
  ],
  preferences: [{ key: { goneAt: 1 }, name: 'gone', sparse: true }],
  devices: [{ key: { userId: 1 }, name: 'of' }],
  admins: [{ key: { admin: 1 }, name: 'admins' }],
  mails: [
    { key: { state: 1, dueAt: 1 }, name: 'due' },
    { key: { userId: 1, state: 1, sentAt: 1 }, name: 'sent' },
  ],
};
