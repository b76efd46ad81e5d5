import type { Collection, Db } from 'mongodb';
import type { Notice, NoticeKind } from '../domain/notice.ts';
import type { NoticeDocument } from './documents.ts';
import { firstIdAt } from './notice-id.ts';

/** Longest time of a query, in milliseconds. */
const MAX_TIME_MS = 2_000;

const NOT_HIDDEN = { $ne: true as const };

/** What a list of notices is asked for. */
export interface NoticeQuery {
  readonly userId: string;
  readonly unreadOnly: boolean;
  /** Only notices older than the one with this id. */
  readonly before: string | undefined;
  readonly limit: number;
}

/** What admins ask for. */
export interface AllNoticesQuery {
  /** Empty: everybody's. */
  readonly userId: string;
  readonly kind: NoticeKind | undefined;
  readonly unreadOnly: boolean;
  readonly from: Date | undefined;
  /** Before this. */
  readonly to: Date | undefined;
  readonly before: string | undefined;
  readonly limit: number;
}

const DAY_MS = 86_400_000;

/** Everybody's inbox. */
export class NoticeStore {
  readonly #notices: Collection<NoticeDocument>;

  constructor(database: Db) {
    this.#notices = database.collection<NoticeDocument>('notices');
  }

  /** Puts a notice into the inbox of its recipient, unless it is there; what was read stays read. `hidden`: only for the record. */
  async add({ id, eventId, userId, kind, title, body, subjectId, createdAt }: Notice, { hidden = false } = {}): Promise<void> {
    const mark = hidden ? { hidden } : {};
    const document = { eventId, userId, kind, title, body, subjectId, createdAt, read: hidden, addedAt: new Date(), ...mark };
    await this.#notices.updateOne({ _id: id }, { $setOnInsert: document }, { upsert: true });
  }

  /** Newest first. */
  async list({ userId, unreadOnly, before, limit }: NoticeQuery): Promise<NoticeDocument[]> {
    const filter = {
      userId,
      hidden: NOT_HIDDEN,
      ...(unreadOnly && { read: false }),
      ...(before !== undefined && { _id: { $lt: before } }),
    };
    return this.#notices.find(filter, { maxTimeMS: MAX_TIME_MS }).sort({ _id: -1 }).limit(limit).toArray();
  }

  async countUnread(userId: string): Promise<number> {
    return this.#notices.countDocuments({ userId, read: false }, { maxTimeMS: MAX_TIME_MS });
  }

  /** Marks a notice of this user as read; undefined when they have no such notice. */
  async markRead(userId: string, id: string, at: Date): Promise<NoticeDocument | undefined> {
    const found = await this.#notices.findOneAndUpdate(
      { _id: id, userId, hidden: NOT_HIDDEN },
      // The first time counts: $min keeps it when the call comes again.
      { $set: { read: true }, $min: { readAt: at } },
      { returnDocument: 'after', maxTimeMS: MAX_TIME_MS },
    );
    return found ?? undefined;
  }

  /** Marks all that a user has not read yet; answers how many those were. */
  async markAllRead(userId: string, at: Date): Promise<number> {
    const { modifiedCount } = await this.#notices.updateMany(
      { userId, read: false },
      { $set: { read: true, readAt: at } },
      { maxTimeMS: 10_000 },
    );
    return modifiedCount;
  }

  /** What came into an inbox at `since` or later, in the order in which it came. */
  async news(userId: string, since: Date, limit: number): Promise<NoticeDocument[]> {
    const filter = { userId, hidden: NOT_HIDDEN, addedAt: { $gte: since } };
    return this.#notices.find(filter, { maxTimeMS: MAX_TIME_MS }).sort({ addedAt: 1 }).limit(limit).toArray();
  }

  /** Everybody's, newest first, for admins. */
  async listAll({ userId, kind, unreadOnly, from, to, before, limit }: AllNoticesQuery): Promise<NoticeDocument[]> {
    // Ids sort by the time of the event: one range serves the times and the page.
    const below = [to === undefined ? undefined : firstIdAt(to), before]
      .filter((id) => id !== undefined)
      .toSorted((a, b) => (a < b ? -1 : 1))[0];
    const range = { ...(from !== undefined && { $gte: firstIdAt(from) }), ...(below !== undefined && { $lt: below }) };
    const filter = {
      ...(userId !== '' && { userId }),
      ...(kind !== undefined && { kind }),
      ...(unreadOnly && { read: false }),
      ...(Object.keys(range).length > 0 && { _id: range }),
    };
    return this.#notices.find(filter, { maxTimeMS: MAX_TIME_MS }).sort({ _id: -1 }).limit(limit).toArray();
  }

  /** How many notices of a kind somebody had on a day ("2026-01-10", UTC), and the first `limit` of them. */
  async ofDay(userId: string, kind: NoticeKind, day: string, limit: number): Promise<{ count: number; first: NoticeDocument[] }> {
    const start = new Date(`${day}T00:00:00Z`);
    const filter = { userId, kind, _id: { $gte: firstIdAt(start), $lt: firstIdAt(new Date(start.getTime() + DAY_MS)) } };
    const [count, first] = await Promise.all([
      this.#notices.countDocuments(filter, { maxTimeMS: MAX_TIME_MS }),
      this.#notices.find(filter, { maxTimeMS: MAX_TIME_MS }).sort({ _id: 1 }).limit(limit).toArray(),
    ]);
    return { count, first };
  }
}
