import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, constants, type ClientHttp2Session, type OutgoingHttpHeaders } from 'node:http2';

/** An answer over REST. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

/** What to send: the path goes out byte for byte, unlike with fetch, which tidies it up. */
export interface RestRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly token?: string | undefined;
  /** An object goes as JSON, text and bytes as they are. */
  readonly body?: unknown;
}

/** One HTTP/1.1 request on a connection of its own. */
export function rest(port: number, path: string, { method = 'GET', headers = {}, token, body }: RestRequest = {}): Promise<RestAnswer> {
  const payload = body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        agent: false,
        timeout: 20_000,
        headers: {
          ...(payload !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) });
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error('No answer within 20 s')));
    request.on('error', reject);
    request.end(payload);
  });
}

/** What to send over gRPC. */
export interface GrpcRequest {
  /** Bytes of the request message. @default an empty message */
  readonly message?: Uint8Array;
  readonly headers?: OutgoingHttpHeaders;
  readonly token?: string | undefined;
  /** @default application/grpc */
  readonly contentType?: string;
}

/** An answer over gRPC; headers and trailers in one. */
export interface GrpcAnswer {
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly grpcStatus: number;
  readonly grpcMessage: string;
  readonly body: Buffer;
}

/** One gRPC request by hand (HTTP/2 without TLS), with any path: a client library would not send the strange ones. */
export async function grpc(
  port: number,
  path: string,
  { message = Buffer.alloc(0), headers = {}, token, contentType = 'application/grpc' }: GrpcRequest = {},
): Promise<GrpcAnswer> {
  const session = connect(`http://127.0.0.1:${port}`);
  try {
    return await exchange(session, frame(message), {
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: path,
      'content-type': contentType,
      te: 'trailers',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    });
  } finally {
    session.destroy();
  }
}

function exchange(session: ClientHttp2Session, payload: Buffer, headers: OutgoingHttpHeaders): Promise<GrpcAnswer> {
  return new Promise((resolve, reject) => {
    session.on('error', reject);
    session.on('close', () => reject(new Error('The connection was closed without an answer')));
    const stream = session.request(headers);
    stream.setTimeout(20_000, () => reject(new Error('No answer within 20 s')));
    let all: Record<string, string> = {};
    const collect = (more: object): void =>
      void (all = { ...all, ...Object.fromEntries(Object.entries(more).map(([name, value]) => [name, String(value)])) });
    const chunks: Buffer[] = [];
    stream.on('response', collect);
    stream.on('trailers', collect);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () =>
      resolve({
        httpStatus: Number(all[':status']),
        headers: all,
        grpcStatus: Number(all['grpc-status'] ?? -1),
        grpcMessage: decodeURIComponent(all['grpc-message'] ?? ''),
        body: Buffer.concat(chunks),
      }),
    );
    stream.end(payload);
  });
}

/** A gRPC message on the wire: not compressed, its length, its bytes. */
export function frame(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
