import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** How the catcher answers to a mail. */
export type Answer = 'take' | 'refuse for now' | 'refuse for ever' | 'hang' | 'drop';

/** A real SMTP server that keeps what it takes. */
export class SmtpCatcher {
  readonly mails: ParsedMail[] = [];
  readonly url: string;
  /** Runs when a mail was taken, before the sender hears of it. */
  onTaken: () => Promise<void> = async () => {};
  answer: Answer = 'take';
  readonly #server: SMTPServer;
  readonly #sockets = new Set<Socket>();

  private constructor(server: SMTPServer, port: number) {
    this.#server = server;
    this.url = `smtp://127.0.0.1:${port}`;
    server.server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Breaks all connections off, whatever is being said on them. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  static async open(): Promise<SmtpCatcher> {
    const open: { catcher?: SmtpCatcher } = {};
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: (_address, _session, done) => {
        if (open.catcher?.answer === 'refuse for ever') done(Object.assign(new Error('No such mailbox'), { responseCode: 550 }));
        else if (open.catcher?.answer === 'refuse for now') done(Object.assign(new Error('Try later'), { responseCode: 451 }));
        else if (open.catcher?.answer !== 'hang') done();
      },
      onData: (stream, _session, done) => {
        if (open.catcher?.answer === 'drop') return void stream.once('data', () => open.catcher?.hangUp());
        simpleParser(stream)
          .then(async (mail) => {
            open.catcher?.mails.push(mail);
            await open.catcher?.onTaken();
            done();
          })
          .catch((error: unknown) => done(error instanceof Error ? error : new Error(String(error))));
      },
    });
    // A client that is killed breaks its connection off (ECONNRESET): its trouble, not the server's.
    server.on('error', () => undefined);
    const listening = server.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    open.catcher = new SmtpCatcher(server, (listening.address() as AddressInfo).port);
    return open.catcher;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
