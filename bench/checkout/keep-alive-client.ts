import { Agent, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';

/** Longest time for one request, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** The JSON of a 200, and the text of anything else. */
export type Reply<Answer> = { readonly status: 200; readonly json: Answer } | { readonly status: number; readonly text: string };

/** Posts JSON over connections that stay open: on a machine that the shop shares, each microsecond spent here is taken from what is measured. */
export class KeepAliveClient {
  readonly #base: string;
  readonly #agent: Agent;

  constructor(base: string, connections: number) {
    this.#base = base;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  async post<Answer>(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Reply<Answer>> {
    const text = JSON.stringify(body);
    const asked = request(this.#base + path, {
      method: 'POST',
      agent: this.#agent,
      timeout: TIMEOUT_MS,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers },
    });
    asked.once('timeout', () => asked.destroy(new Error(`${path} has not answered for ${TIMEOUT_MS / 1000} s.`)));
    asked.end(text);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(response, 'end');
    const answer = Buffer.concat(chunks).toString();
    return response.statusCode === 200
      ? { status: 200, json: JSON.parse(answer) as Answer }
      : { status: response.statusCode ?? 0, text: answer };
  }

  close(): void {
    this.#agent.destroy();
  }
}
