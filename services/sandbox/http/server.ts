import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError } from '@shopverse/mesh/config/read';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import { json, send, type Answer } from './answer.ts';
import { Refusal } from './refusal.ts';
import { requestOf } from './request.ts';
import { RouteTable, type Routes } from './routes.ts';

/** A running HTTP server. */
export interface HttpServer {
  readonly port: number;
  /** Takes no more connections and ends when the requests under way are answered. */
  close(): Promise<void>;
}

/**
 * Serves the routes.
 *
 * @param listen host:port
 * @throws ConfigError when the address can't be had
 */
export async function startHttp(listen: string, routes: Routes, log: Logger): Promise<HttpServer> {
  const table = new RouteTable(routes);
  const server = createServer((message, response) => void answer(table, message, response, log));
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  await listening(server, listen);
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}

async function listening(server: Server, listen: string): Promise<void> {
  const [host, port] = listen.split(':');
  server.listen(Number(port), host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`Can't listen on ${listen} (SANDBOX_LISTEN): ${reason}. Free the port or set SANDBOX_LISTEN to another.`);
  }
}

async function answer(table: RouteTable, message: IncomingMessage, response: ServerResponse, log: Logger): Promise<void> {
  const started = performance.now();
  const method = message.method ?? 'GET';
  const url = new URL(message.url ?? '/', 'http://sandbox');
  const result = await handle(table, method, url, message, log);
  send(response, result);
  const fields = { method, path: url.pathname, status: result.status, duration_ms: Math.round(performance.now() - started) };
  if (url.pathname !== '/healthz') log.info(fields, 'request');
}

async function handle(table: RouteTable, method: string, url: URL, message: IncomingMessage, log: Logger): Promise<Answer> {
  try {
    const found = table.find(method, url.pathname);
    if (found === undefined) throw new Refusal(404, 'BAD_REQUEST_ERROR', 'The requested URL was not found on the server.');
    return await found.handler(requestOf(message, url, found.params));
  } catch (error) {
    if (error instanceof Refusal) return json(error, error.status);
    log.error({ err: error, method, path: url.pathname }, 'request failed');
    return json(new Refusal(500, 'SERVER_ERROR', 'We are facing some trouble completing your request at the moment.'), 500);
  }
}
