import type { IndexDescription } from 'mongodb';
import type { NoticeFacts, NoticeKind } from '../domain/notice.ts';

/** Whom notices go to. The only place that holds anything personal. */
export interface RecipientDocument {
  /** User id. */
  readonly _id: string;
  readonly email: string;
  readonly name: string;
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
}

/** Where a mail stands: waiting or being sent; sent; given up; nobody to send it to. */
export const MAIL_STATES = ['QUEUED', 'SENT', 'FAILED', 'NO_RECIPIENT'] as const;
/** See `MAIL_STATES`. */
export type MailState = (typeof MAIL_STATES)[number];

/** A mail that is due because of a notice. Holds no address: that is looked up when it is sent. */
export interface MailDocument {
  /** The notice's id. */
  readonly _id: string;
  readonly userId: string;
  readonly kind: NoticeKind;
  readonly subject: string;
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
  ],
  mails: [{ key: { state: 1, dueAt: 1 }, name: 'due' }],
};
