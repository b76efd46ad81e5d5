import { once } from 'node:events';
import { connect } from 'node:net';

/** Longest answer that is read, in bytes. */
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Sends one message over a connection of its own and answers the one that comes back.
 *
 * @param lengthOf the whole length of an answer, from its first four bytes
 * @throws when nothing listens, the connection ends too early, or the signal aborts
 */
export async function exchange(port: number, message: Buffer, lengthOf: (seen: Buffer) => number, signal: AbortSignal): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1');
  const abort = () => socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    await once(socket, 'connect');
    socket.write(message);
    let seen = Buffer.alloc(0);
    for await (const chunk of socket) {
      seen = Buffer.concat([seen, chunk as Buffer]);
      if (seen.length >= 4 && seen.length >= lengthOf(seen)) return seen;
      if (seen.length > MAX_ANSWER_BYTES) break;
    }
    throw new Error(`Port ${port} does not answer.`);
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}
