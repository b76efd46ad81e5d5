import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ConfigError } from '../config/read.ts';
import { telemetry } from '../telemetry/telemetry.ts';
import type { Readiness } from './readiness.ts';

/** What the admin server shows. */
export interface AdminOptions {
  /** host:port */
  readonly listen: string;
  readonly readiness: Readiness;
  /** The answer of /info. */
  readonly info: () => unknown;
}

/**
 * The operator's door of a process: /healthz (it lives), /readyz (it can serve, by dependency), /metrics (Prometheus), /info. Plain HTTP on an address that
 * is not for the world.
 */
export class AdminServer {
  readonly #server: Server;
  readonly #routes = new Map<string, () => Promise<unknown>>();
  readonly #options: AdminOptions;

  constructor(options: AdminOptions) {
    this.#options = options;
    this.#routes.set('/healthz', async () => ({ status: 'alive' }));
    this.#routes.set('/info', async () => options.info());
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.requestTimeout = 5_000;
  }

  /** Answers GET `path` with JSON. */
  route(path: string, answer: () => Promise<unknown>): void {
    this.#routes.set(path, answer);
  }

  /** @throws ConfigError when the address can't be had */
  async listen(): Promise<void> {
    const [host, port] = this.#options.listen.split(':');
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => {
        reject(
          new ConfigError(
            `Can't listen on ${this.#options.listen} (ADMIN_LISTEN): ${error.message}. Free the port or set ADMIN_LISTEN to another.`,
          ),
        );
      });
      this.#server.listen(Number(port), host, () => resolve());
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    try {
      if (request.method !== 'GET' && request.method !== 'HEAD') return json(response, 405, { message: 'Only GET is answered here.' });
      if (path === '/metrics') return this.#metrics(request, response);
      if (path === '/readyz') {
        const report = await this.#options.readiness.report();
        return json(response, report.status === 'ready' ? 200 : 503, report);
      }
      const route = this.#routes.get(path);
      if (route === undefined)
        return json(response, 404, { message: `Here are ${[...this.#routes.keys(), '/readyz', '/metrics'].join(', ')}.` });
      return json(response, 200, await route());
    } catch (error) {
      return json(response, 500, { message: error instanceof Error ? error.message : String(error) });
    }
  }

  #metrics(request: IncomingMessage, response: ServerResponse): void {
    const started = telemetry();
    if (started === undefined)
      json(response, 503, { message: 'Telemetry is not started: run with --import @shopverse/mesh/telemetry/register.' });
    else started.metrics.getMetricsRequestHandler(request, response);
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
