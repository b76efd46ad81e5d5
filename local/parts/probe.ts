import { once } from 'node:events';
import { connect } from 'node:net';

/** Throws until `url` answers with a success. */
export async function httpReady(url: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal });
  if (response.ok) {
    await response.body?.cancel();
    return;
  }
  throw new Error(`${url} answers ${response.status}: ${(await response.text()).slice(0, 200)}`);
}

/** Throws until a connection to the port is taken. */
export async function tcpReady(port: number, signal: AbortSignal): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect', { signal });
  } finally {
    socket.destroy();
  }
}
