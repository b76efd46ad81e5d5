import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

/** The part of a connection of MongoDB's driver that is looked after here. */
interface DriverConnection extends EventEmitter {
  /** Why it was closed; set before `close` is emitted. */
  readonly error: Error | null;
  /** Resolves when all of a command is on its way. */
  writeCommand(...command: readonly unknown[]): Promise<void>;
}

/**
 * Lets a command fail whose connection is closed while it is being written. 7.9.0 waits for the socket's `drain` then, which never comes, and
 * no timeout of the driver ends that: a closed socket has none. It happens when a server ends, in the moment between the end of a socket and its
 * `close` event. An operation hangs for good then, with its place in the pool. So does the driver's own look at the server, which is never repeated
 * while one goes on: every operation fails with an old error for as long as the process lives, also when the server is back.
 *
 * To be deleted with a driver that does so itself.
 */
export function failOnClosedConnections(): void {
  const { Connection } = createRequire(import.meta.url)('mongodb/lib/cmap/connection') as {
    readonly Connection: { readonly prototype: DriverConnection };
  };
  const { writeCommand } = Connection.prototype;
  Connection.prototype.writeCommand = async function (this: DriverConnection, ...command: readonly unknown[]): Promise<void> {
    const closed = Promise.withResolvers<never>();
    const fail = () => closed.reject(this.error ?? new Error('The connection to MongoDB is closed.'));
    this.once('close', fail);
    try {
      await Promise.race([writeCommand.apply(this, [...command]), closed.promise]);
    } finally {
      this.off('close', fail);
    }
  };
}
