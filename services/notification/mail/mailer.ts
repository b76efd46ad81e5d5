import { createTransport } from 'nodemailer';

/** A mail as it goes out. */
export interface OutgoingMail {
  /** Names the mail for ever: the same id gives the same Message-ID, so that mail systems can tell a second copy. */
  readonly id: string;
  readonly to: { readonly address: string; readonly name: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly date: Date;
}

/** A mail that the server did not take. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
  /** Whether trying again is of no use (RFC 5321, 4.2.1: 5yz replies that are about this mail). */
  readonly permanent: boolean;

  /** Whether it is the address that is refused, which then is so for every mail (5yz to RCPT TO). */
  readonly bounced: boolean;

  constructor(message: string, { permanent, bounced = false, cause }: { permanent: boolean; bounced?: boolean; cause?: unknown }) {
    super(message, cause === undefined ? undefined : { cause });
    this.permanent = permanent;
    this.bounced = bounced;
  }
}

/** How mails leave. */
export interface MailerOptions {
  /** smtp://user:password@host:port or smtps://… */
  readonly url: string;
  /** "Name <address>" */
  readonly from: string;
  /** Connections at a time. */
  readonly connections: number;
}

/** Sends mails over SMTP, reusing connections. */
export class Mailer {
  readonly #options: MailerOptions;
  readonly #transport;
  #trouble: string | undefined;

  constructor(options: MailerOptions) {
    this.#options = options;
    this.#transport = createTransport({
      url: options.url,
      pool: true,
      maxConnections: options.connections,
      // A mail has nothing to fetch: neither a file of this machine nor an address on the net.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /**
   * Hands a mail to the server; resolves when the server has taken it.
   *
   * @param signal ends the try
   * @throws MailRefused
   */
  async send({ id, to, subject, text, html, date }: OutgoingMail, signal: AbortSignal): Promise<void> {
    if (!isAddress(to.address)) throw new MailRefused('The address is none that mail can go to.', { permanent: true, bounced: true });
    try {
      await this.#transport.sendMail({
        from: this.#options.from,
        to: { name: oneLine(to.name), address: to.address },
        subject: oneLine(subject),
        text,
        html,
        date,
        messageId: `<${id}@${domainOf(this.#options.from)}>`,
        // RFC 3834: keeps out-of-office answers away.
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal,
      });
      this.#trouble = undefined;
    } catch (error) {
      const refused = refusal(error);
      if (!refused.permanent) this.#trouble = refused.message;
      throw refused;
    }
  }

  /** Throws while the last mail could not be handed over for a reason that is not the mail's own. */
  async check(): Promise<void> {
    if (this.#trouble !== undefined) throw new Error(this.#trouble);
  }

  close(): void {
    this.#transport.close();
  }
}

/** The domain of "Name <local@domain>" or "local@domain". */
export function domainOf(from: string): string {
  return /@([^\s<>@]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
}

/** What the server answered, without the address it was about: this goes into the log. */
function refusal(error: unknown): MailRefused {
  const { code, command, responseCode } = error as { code?: unknown; command?: unknown; responseCode?: unknown };
  const aboutThisMail = command === 'MAIL FROM' || command === 'RCPT TO' || command === 'DATA';
  const status = typeof responseCode === 'number' ? responseCode : undefined;
  const what = [command, status ?? code].filter((part) => typeof part === 'string' || typeof part === 'number').join(' ');
  const permanent = aboutThisMail && status !== undefined && status >= 500;
  return new MailRefused(`The mail server did not take the mail (${what === '' ? 'no answer' : what}).`, {
    permanent,
    bounced: permanent && command === 'RCPT TO',
    cause: error,
  });
}

/** One address, and nothing that could be read as another one, a header or a command. */
export function isAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s<>(),:;"@[\]\\\p{Cc}]{1,64}@[^\s<>(),:;"@[\]\\\p{Cc}]+$/u.test(text);
}

/** A header's text can't begin another header. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
