import type { Collection, Db } from 'mongodb';
import type { Notice } from '../domain/notice.ts';
import type { NoticeDocument } from './documents.ts';

/** Longest time of a query, in milliseconds. */
const MAX_TIME_MS = 2_000;

/** What a list of notices is asked for. */
export interface NoticeQuery {
  readonly userId: string;
  readonly unreadOnly: boolean;
  /** Only notices older than the one with this id. */
  readonly before: string | undefined;
  readonly limit: number;
}

/** Everybody's inbox. */
export class NoticeStore {
  readonly #notices: Collection<NoticeDocument>;

  constructor(database: Db) {
    this.#notices = database.collection<NoticeDocument>('notices');
  }

  /** Puts a notice into the inbox of its recipient, unless it is there; what was read stays read. */
  async add({ id, eventId, userId, kind, title, body, subjectId, createdAt }: Notice): Promise<void> {
    const document = { eventId, userId, kind, title, body, subjectId, createdAt, read: false };
    await this.#notices.updateOne({ _id: id }, { $setOnInsert: document }, { upsert: true });
  }

  /** Newest first. */
  async list({ userId, unreadOnly, before, limit }: NoticeQuery): Promise<NoticeDocument[]> {
    const filter = { userId, ...(unreadOnly && { read: false }), ...(before !== undefined && { _id: { $lt: before } }) };
    return this.#notices.find(filter, { maxTimeMS: MAX_TIME_MS }).sort({ _id: -1 }).limit(limit).toArray();
  }

  async countUnread(userId: string): Promise<number> {
    return this.#notices.countDocuments({ userId, read: false }, { maxTimeMS: MAX_TIME_MS });
  }

  /** Marks a notice of this user as read; undefined when they have no such notice. */
  async markRead(userId: string, id: string, at: Date): Promise<NoticeDocument | undefined> {
    const found = await this.#notices.findOneAndUpdate(
      { _id: id, userId },
      // The first time counts: $min keeps it when the call comes again.
      { $set: { read: true }, $min: { readAt: at } },
      { returnDocument: 'after', maxTimeMS: MAX_TIME_MS },
    );
    return found ?? undefined;
  }
}
