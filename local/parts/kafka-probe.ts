import { exchange } from './exchange.ts';

const API_VERSIONS = 18;
const CORRELATION = 0x5650;

/** An ApiVersions request, version 0: what every client asks first (https://kafka.apache.org/protocol). */
function apiVersionsRequest(client: string): Buffer {
  const id = Buffer.from(client);
  const request = Buffer.alloc(14 + id.length);
  request.writeInt32BE(request.length - 4, 0);
  request.writeInt16BE(API_VERSIONS, 4);
  request.writeInt16BE(0, 6);
  request.writeInt32BE(CORRELATION, 8);
  request.writeInt16BE(id.length, 12);
  id.copy(request, 14);
  return request;
}

/** Throws until the broker answers which requests it takes. */
export async function kafkaReady(port: number, signal: AbortSignal): Promise<void> {
  const answer = await exchange(port, apiVersionsRequest('shopverse-probe'), (seen) => seen.readInt32BE(0) + 4, signal);
  const errorCode = answer.readInt16BE(8);
  if (answer.readInt32BE(4) !== CORRELATION || errorCode !== 0) throw new Error(`The broker answers with error code ${errorCode}.`);
}
