import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { writeAtomically } from '../home.ts';

/** A mail that was caught. */
export interface CaughtMail {
  readonly id: string;
  readonly messageId: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** HTML part, empty when there is none. */
  readonly html: string;
  /** ISO 8601. */
  readonly receivedAt: string;
}

/** How many mails are kept; the oldest goes first. */
const KEPT = 500;

/** The caught mails, in memory and in one file each. */
export class Mailbox {
  readonly #folder: string;
  readonly #mails: CaughtMail[];

  private constructor(folder: string, mails: CaughtMail[]) {
    this.#folder = folder;
    this.#mails = mails;
  }

  static async open(folder: string): Promise<Mailbox> {
    await mkdir(folder, { recursive: true });
    const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
    const mails = await Promise.all(files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as CaughtMail));
    return new Mailbox(
      folder,
      mails.toSorted((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1)),
    );
  }

  /** Keeps a mail; it is on the disk when this resolves, so that the sender may be told that it was taken. */
  async keep(raw: Buffer, recipients: readonly string[]): Promise<CaughtMail> {
    const parsed = await simpleParser(raw);
    const mail: CaughtMail = {
      id: randomUUID(),
      messageId: parsed.messageId ?? '',
      from: parsed.from?.text ?? '',
      to: recipients,
      subject: parsed.subject ?? '',
      text: parsed.text ?? '',
      html: parsed.html === false || parsed.html === undefined ? '' : parsed.html,
      receivedAt: new Date().toISOString(),
    };
    await writeAtomically(this.#file(mail.id), JSON.stringify(mail));
    this.#mails.push(mail);
    while (this.#mails.length > KEPT) {
      const oldest = this.#mails.shift();
      if (oldest !== undefined) await rm(this.#file(oldest.id), { force: true });
    }
    return mail;
  }

  /** The mails, newest first; only those to `recipient` when it is given. */
  list(recipient?: string): readonly CaughtMail[] {
    const wanted = recipient?.toLowerCase();
    return this.#mails.filter(({ to }) => wanted === undefined || to.some((address) => address.toLowerCase() === wanted)).toReversed();
  }

  get(id: string): CaughtMail | undefined {
    return this.#mails.find((mail) => mail.id === id);
  }

  #file(id: string): string {
    return join(this.#folder, `${id}.json`);
  }
}
