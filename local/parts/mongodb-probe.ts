import { exchange } from './exchange.ts';

const OP_MSG = 2013;

/** `{ ping: 1, $db: "admin" }` in BSON. */
const PING = Buffer.from('1e0000001070696e67000100000002246462000600000061646d696e0000', 'hex');

/** Throws until the server answers a ping in the wire protocol that drivers speak (OP_MSG). */
export async function mongodbReady(port: number, signal: AbortSignal): Promise<void> {
  const header = Buffer.alloc(21); // length, request id, response to, operation, flags, kind of the one section
  header.writeInt32LE(header.length + PING.length, 0);
  header.writeInt32LE(1, 4);
  header.writeInt32LE(OP_MSG, 12);
  const answer = await exchange(port, Buffer.concat([header, PING]), (seen) => seen.readInt32LE(0), signal);
  // A double 1 under the name "ok".
  if (!answer.includes(Buffer.from('016f6b00000000000000f03f', 'hex'))) throw new Error('The server does not answer the ping with ok.');
}
