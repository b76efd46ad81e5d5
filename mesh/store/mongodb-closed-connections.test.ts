import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failOnClosedConnections } from './mongodb-closed-connections.ts';

interface Connection {
  command(namespace: object, command: object, options: { readonly socketTimeoutMS: number }): Promise<object>;
}

failOnClosedConnections();
const require = createRequire(import.meta.url);
const driver = require('mongodb/lib/cmap/connection') as { Connection: new (socket: Socket, options: object) => Connection };
const { ns, HostAddress } = require('mongodb/lib/utils') as {
  ns(name: string): object;
  HostAddress: { fromString(address: string): object };
};

/** A server that takes connections and reads nothing of what comes. */
let server: Server;
beforeEach(async () => {
  server = createServer({ pauseOnConnect: true });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(async () => {
  await once(server.close(), 'close');
});

async function open(): Promise<{ connection: Connection; ours: Socket; theirs: Socket }> {
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection');
  const ours = connect(port, '127.0.0.1');
  await once(ours, 'connect');
  const [theirs] = (await accepted) as [Socket];
  theirs.on('error', () => undefined);
  const options = { id: 1, generation: 0, hostAddress: HostAddress.fromString(`127.0.0.1:${port}`), monitorCommands: false };
  return { connection: new driver.Connection(ours, options), ours, theirs };
}
const send = (connection: Connection, command: object) => connection.command(ns('admin.$cmd'), command, { socketTimeoutMS: 500 });

describe('A command of MongoDB', () => {
  it('fails when the socket has ended, but has not said so yet', async () => {
    const { connection, ours, theirs } = await open();
    ours.destroy();
    await expect(send(connection, { hello: 1 })).rejects.toThrow('closed');
    theirs.destroy();
  });

  it('fails when the connection is closed while the command is being written', async () => {
    const { connection, ours, theirs } = await open();
    const sent = send(connection, { insert: 'notices', documents: ['x'.repeat(16_000_000)] });
    // Well after it was begun: a socket tells of a closed connection in a later turn of the event loop.
    setImmediate(() => ours.destroy());
    await expect(sent).rejects.toThrow('closed');
    // Some of it was on its way, and not all: nobody reads.
    expect(ours.bytesWritten).toBeGreaterThan(0);
    theirs.destroy();
  });

  it('fails when nothing answers', async () => {
    const { connection, theirs } = await open();
    await expect(send(connection, { hello: 1 })).rejects.toThrow('timed out');
    theirs.destroy();
  });
});
