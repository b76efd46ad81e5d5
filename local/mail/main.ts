/** Catches all mail: SMTP in, a JSON API and a page out. Nothing is ever sent on. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { SMTPServer } from 'smtp-server';
import { listenAddress, requiredText } from '@shopverse/mesh/config/kinds';
import { readConfig } from '@shopverse/mesh/config/read';
import { runSmallServer } from '../small-server.ts';
import { Mailbox } from './mailbox.ts';
import { listPage, mailPage } from './page.ts';

const settings = {
  MAIL_SMTP_LISTEN: listenAddress('127.0.0.1:1025', 'Where it takes mail (SMTP)'),
  MAIL_PAGE_LISTEN: listenAddress('127.0.0.1:8025', 'Where it shows mail (HTTP)'),
  MAIL_DATA: requiredText('Folder of the caught mails'),
};

/** Largest mail, in bytes. */
const MAX_MAIL_BYTES = 10 * 1024 * 1024;

await runSmallServer('mail', async () => {
  const config = readConfig(settings);
  const mailbox = await Mailbox.open(config.MAIL_DATA);
  const smtp = smtpServer(mailbox);
  const page = createServer((request, response) => show(mailbox, request, response));
  return {
    servers: [
      { server: smtp.server, listen: config.MAIL_SMTP_LISTEN, setting: 'MAIL_SMTP_LISTEN' },
      { server: page, listen: config.MAIL_PAGE_LISTEN, setting: 'MAIL_PAGE_LISTEN' },
    ],
    close: async () => page.closeAllConnections(),
  };
});

function smtpServer(mailbox: Mailbox): SMTPServer {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    size: MAX_MAIL_BYTES,
    logger: false,
    onData: (stream, session, done) => {
      const take = async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        await mailbox.keep(Buffer.concat(chunks), recipients);
      };
      take().then(() => done(), done);
    },
  });
  // A client that is killed breaks its connection off (ECONNRESET), which is no reason to end with it.
  server.on('error', ({ message }) => process.stderr.write(`A mail client broke off: ${message}\n`));
  return server;
}

function show(mailbox: Mailbox, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://mail');
  const json = (status: number, body: unknown) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const html = (body: string) =>
    void response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'",
      })
      .end(body);
  if (url.pathname === '/healthz') return json(200, { status: 'alive' });
  if (url.pathname === '/') return html(listPage(mailbox.list()));
  if (url.pathname === '/api/messages') return json(200, { messages: mailbox.list(url.searchParams.get('to') ?? undefined) });
  const [, prefix, id = ''] = /^(\/messages\/|\/api\/messages\/)([\w-]+)$/.exec(url.pathname) ?? [];
  const mail = mailbox.get(id);
  if (mail === undefined) return json(404, { message: 'No such mail.' });
  return prefix === '/messages/' ? html(mailPage(mail)) : json(200, mail);
}
