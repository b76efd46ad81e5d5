import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where the provider's webhooks come in: hands raw bytes and headers on, as the edge does. */
export interface WebhookDoor {
  readonly url: string;
  /** How each webhook was answered: "OK", or the reason for which it was refused. */
  readonly answers: string[];
  /** True: nothing is handed on, everything is refused. */
  refuses: boolean;
  /** Takes a webhook and answers "OK" or a reason. */
  take: (body: Buffer, headers: Readonly<Record<string, string>>) => Promise<string>;
  close(): void;
}

/** Opens the door; until `take` is set, it refuses. */
export async function openWebhookDoor(): Promise<WebhookDoor> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.entries(request.headers).filter(([name]) => name.startsWith('x-razorpay')) as [string, string][];
      const taken = door.refuses ? Promise.resolve('refused at the door') : door.take(Buffer.concat(chunks), Object.fromEntries(headers));
      void taken.then((answer) => {
        door.answers.push(answer);
        response.writeHead(answer === 'OK' ? 200 : 400).end();
      });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const door: WebhookDoor = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    answers: [],
    refuses: false,
    take: async () => 'nobody is there yet',
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return door;
}
