import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { readSettings } from '@shopverse/local/settings';
import { installStripeMock } from '@shopverse/local/tools/stripe-mock';
import { eventually } from '@shopverse/mesh/events/testing/scene';

/** Stripe's own mock server: checks each request against Stripe's OpenAPI and answers with a fixture. */
export interface StripeMock {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts it on a free port, built first when it is not there yet. */
export async function startStripeMock(): Promise<StripeMock> {
  const binary = await installStripeMock(readSettings().SHOPVERSE_TOOLS);
  const port = await freePort();
  const child = spawn(binary, ['-http-addr', `127.0.0.1:${port}`, '-https-addr', '127.0.0.1:0'], { stdio: 'ignore' });
  const ended = once(child, 'close');
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
      () => true,
      () => false,
    );
  const stop = async () => {
    child.kill();
    await ended;
  };
  // It reads all of Stripe's OpenAPI first.
  await eventually('stripe-mock', answers, 3 * 60_000).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, stop };
}

/** stripe-mock can't say which port it got. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
