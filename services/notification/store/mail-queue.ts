import type { Collection, Db } from 'mongodb';
import { newId } from '@shopverse/mesh/ids';
import type { NextTry } from '../domain/mail-retry.ts';
import type { Notice } from '../domain/notice.ts';
import type { MailDocument } from './documents.ts';

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

  /** Takes the mail that has waited longest; undefined when none is due. */
  async take(now: Date, leaseMs: number): Promise<TakenMail | undefined> {
    const lease = newId();
    const taken = await this.#mails.findOneAndUpdate(
      { state: 'QUEUED', dueAt: { $lte: now } },
      { $set: { dueAt: new Date(now.getTime() + leaseMs), lease }, $inc: { tries: 1 } },
      { sort: { dueAt: 1 }, returnDocument: 'after' },
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

  /** There is nobody to send it to. */
  async noRecipient({ _id, lease }: TakenMail): Promise<void> {
    await this.#mails.updateOne({ _id, lease, state: 'QUEUED' }, { $set: { state: 'NO_RECIPIENT' }, $unset: { lease: '' } });
  }

  /** Tries again at `dueAt` without counting the try: it was not the mail's fault. */
  async postponed({ _id, lease }: TakenMail, dueAt: Date): Promise<void> {
    await this.#mails.updateOne({ _id, lease, state: 'QUEUED' }, { $set: { dueAt }, $inc: { tries: -1 }, $unset: { lease: '' } });
  }
}
