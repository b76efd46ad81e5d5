import type { Collection, Db } from 'mongodb';
import { newId } from '@shopverse/mesh/ids';
import { NOTHING } from '../domain/notice-texts.ts';
import type { NextTry } from '../domain/mail-retry.ts';
import type { Notice } from '../domain/notice.ts';
import type { MailDocument } from './documents.ts';
import { noticeId } from './notice-id.ts';

/** A digest goes out six hours after its day (UTC) is over: what comes in late by then is only among the notifications. */
const DIGEST_AFTER_MS = 30 * 3_600_000;

/** A mail that this process has taken to send; nobody else takes it before the lease ends. */
export interface TakenMail extends MailDocument {
  readonly lease: string;
}

/**
 * Mails that are due, durable. A mail is taken by moving its due time to the end of a lease, so that one whose sender died is due again by
 * itself.
 */
export class MailQueue {
  readonly #mails: Collection<MailDocument>;

  constructor(database: Db) {
    this.#mails = database.collection<MailDocument>('mails');
  }

  /** Puts the mail of a notice into the queue, unless it is or was there. */
  async add({ id, userId, kind, title, facts, createdAt }: Notice): Promise<void> {
    const mail = { userId, kind, subject: title, facts, createdAt, state: 'QUEUED', dueAt: createdAt, tries: 0 } as const;
    await this.#mails.updateOne({ _id: id }, { $setOnInsert: mail }, { upsert: true });
  }

  /** Makes a mail due in the morning after the notice's day (UTC), about all notices of its kind of that day: the first of them makes it. */
  async addToDigest({ userId, kind, createdAt }: Pick<Notice, 'userId' | 'kind' | 'createdAt'>): Promise<void> {
    const digestOf = createdAt.toISOString().slice(0, 10);
    const start = new Date(`${digestOf}T00:00:00Z`);
    const id = noticeId({ eventId: `digest ${kind} ${digestOf}`, userId, at: start });
    const dueAt = new Date(start.getTime() + DIGEST_AFTER_MS);
    const mail = { userId, kind, subject: '', facts: NOTHING, digestOf, createdAt: start, state: 'QUEUED', dueAt, tries: 0 } as const;
    await this.#mails.updateOne({ _id: id }, { $setOnInsert: mail }, { upsert: true });
  }

  /** Where the mails of notices stand, by the notices' ids. */
  async statesOf(ids: readonly string[]): Promise<ReadonlyMap<string, Pick<MailDocument, 'state' | 'tries' | 'lastError'>>> {
    const found = await this.#mails
      .find({ _id: { $in: [...ids] } }, { maxTimeMS: 2_000, projection: { state: 1, tries: 1, lastError: 1 } })
      .toArray();
    return new Map(found.map((mail) => [mail._id, mail]));
  }

  /** Ids of mails that are due, longest waiting first. */
  async due(now: Date, limit: number): Promise<string[]> {
    const found = await this.#mails
      .find({ state: 'QUEUED', dueAt: { $lte: now } }, { maxTimeMS: 2_000, projection: { _id: 1 } })
      .sort({ dueAt: 1 })
      .limit(limit)
      .toArray();
    return found.map(({ _id }) => _id);
  }

  /** Takes a mail, for `leaseMs`; undefined when it is not due any more, as somebody else has it. */
  async take(_id: string, now: Date, leaseMs: number): Promise<TakenMail | undefined> {
    const lease = newId();
    const taken = await this.#mails.findOneAndUpdate(
      { _id, state: 'QUEUED', dueAt: { $lte: now } },
      { $set: { dueAt: new Date(now.getTime() + leaseMs), lease }, $inc: { tries: 1 } },
      { returnDocument: 'after' },
    );
    return taken === null ? undefined : { ...taken, lease };
  }

  /** It is sent, whoever has it now: a sender that was too slow for its lease has sent it all the same. */
  async sent({ _id }: TakenMail, at: Date): Promise<void> {
    await this.#mails.updateOne({ _id, state: 'QUEUED' }, { $set: { state: 'SENT', sentAt: at }, $unset: { lease: '', lastError: '' } });
  }

  /** It could not be sent. Changes nothing when somebody else has taken it since. */
  async failed({ _id, lease }: TakenMail, next: NextTry, lastError: string): Promise<void> {
    await this.#mails.updateOne({ _id, lease, state: 'QUEUED' }, { $set: { ...next, lastError }, $unset: { lease: '' } });
  }

  /** Whether at least `count` mails went out to somebody since a time. */
  async hasSent(count: number, userId: string, since: Date): Promise<boolean> {
    const found = await this.#mails
      .find({ userId, state: 'SENT', sentAt: { $gt: since } }, { maxTimeMS: 2_000, projection: { _id: 1 } })
      .limit(count)
      .toArray();
    return found.length >= count;
  }

  /** It is not sent: its address does not take mails. */
  async suppressed({ _id, lease }: TakenMail): Promise<void> {
    await this.#mails.updateOne({ _id, lease, state: 'QUEUED' }, { $set: { state: 'SUPPRESSED' }, $unset: { lease: '' } });
  }

  /** It is not sent: what it says is no longer so. */
  async overtaken({ _id, lease }: TakenMail): Promise<void> {
    await this.#mails.updateOne({ _id, lease, state: 'QUEUED' }, { $set: { state: 'OVERTAKEN' }, $unset: { lease: '' } });
  }

  /** There is nobody to send it to. */
  async noRecipient({ _id, lease }: TakenMail): Promise<void> {
    await this.#mails.updateOne({ _id, lease, state: 'QUEUED' }, { $set: { state: 'NO_RECIPIENT' }, $unset: { lease: '' } });
  }

  /** Tries again at `dueAt` without counting the try: it was not the mail's fault. */
  async postponed({ _id, lease }: TakenMail, dueAt: Date): Promise<void> {
    await this.#mails.updateOne({ _id, lease, state: 'QUEUED' }, { $set: { dueAt }, $inc: { tries: -1 }, $unset: { lease: '' } });
  }
}
