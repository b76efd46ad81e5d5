import { once } from 'node:events';
import type { Server } from 'node:net';
import { ConfigError } from '@shopverse/mesh/config/read';
import { createLogger } from '@shopverse/mesh/telemetry/logger';

/** Servers of one process and what to close after them. */
export interface SmallServers {
  readonly servers: readonly { readonly server: Server; readonly listen: string; readonly setting: string }[];
  readonly close: () => Promise<void>;
}

/** Runs one of the stack's own little servers: listens, and on SIGTERM or SIGINT closes. What can't start says so in one sentence and ends with code 1. */
export async function runSmallServer(name: string, open: () => Promise<SmallServers>): Promise<void> {
  const log = createLogger(name, 'info');
  try {
    const { servers, close } = await open();
    for (const { server, listen, setting } of servers) {
      const [host, port] = listen.split(':');
      await once(server.listen(Number(port), host), 'listening').catch((error: Error) => {
        throw new ConfigError(`Can't listen on ${listen} (${setting}): ${error.message}. Free the port or set ${setting} to another.`);
      });
    }
    log.info({ listen: servers.map(({ listen }) => listen) }, 'serving');
    const stop = async () => {
      for (const { server } of servers) server.close();
      await close();
      process.exit(0);
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${name} can't start. ${error.message}\n`);
    process.exit(1);
  }
}
