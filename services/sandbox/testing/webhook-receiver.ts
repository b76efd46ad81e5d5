import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A webhook as it came in. */
export interface Received {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** A merchant's end of the webhooks, for tests. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Waits for the webhook at `index`. */
  at(index: number): Promise<Received>;
  close(): Promise<void>;
}

/** Receives webhooks; `answer` gives the status for each by its index. */
export async function startReceiver(answer: (index: number) => number = () => 200): Promise<Receiver> {
  const received: Received[] = [];
  const waiting: { index: number; resolve: (webhook: Received) => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const webhook = { headers: request.headers as Received['headers'], body: Buffer.concat(chunks).toString() };
      const index = received.push(webhook) - 1;
      response.writeHead(answer(index)).end();
      for (const { index: wanted, resolve } of waiting) if (wanted === index) resolve(webhook);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    at: (index) =>
      new Promise((resolve) => {
        const webhook = received[index];
        if (webhook === undefined) waiting.push({ index, resolve });
        else resolve(webhook);
      }),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
