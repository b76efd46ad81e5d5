import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server over HTTP that answers as it is told. */
export interface SmallShop {
  readonly baseUrl: string;
  readonly received: Received[];
  /** Answers the next requests, one each; the last one all further ones. */
  answer(...answers: ((response: ServerResponse, request: Received) => void)[]): void;
  stop(): Promise<void>;
}

/** Starts one on a free port. */
export async function startSmallShop(): Promise<SmallShop> {
  const received: Received[] = [];
  let script: ((response: ServerResponse, request: Received) => void)[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
      received.push(request);
      const [next] = script;
      if (script.length > 1) script = script.slice(1);
      if (next === undefined) response.writeHead(500).end();
      else next(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (...answers) => {
      received.length = 0;
      script = answers;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<unknown>((resolve) => server.close(resolve));
    },
  };
}

/** Answers JSON. */
export const json =
  (value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));

/** Refuses as the shop does. */
export const refuse = (status: number, code: number, reason: string, headers: Readonly<Record<string, string>> = {}, details: readonly object[] = []) =>
  json({ code, message: 'No.', details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'shopverse', metadata: { left: '2' } }, ...details] }, status, headers); // prettier-ignore
