import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StackError } from '../stack-error.ts';

/** What can be asked of a running stack; answers go out as JSON. */
export type ControlHandler = (action: string, argument: string | undefined) => Promise<unknown>;

/**
 * The socket of the stack whose home is `folder`: in the temporary folder, as the path of a socket has 107 characters at most, in a folder that only its owner
 * enters.
 */
function socketOf(folder: string): { readonly folder: string; readonly path: string } {
  const owned = join(tmpdir(), `shopverse-${process.getuid?.() ?? 0}`);
  return { folder: owned, path: join(owned, `${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.sock`) };
}

/** Answers other processes of the same user: HTTP over a socket, `POST /<action>/<argument>`. */
export async function openControl(home: string, handle: ControlHandler): Promise<{ close(): Promise<void> }> {
  const { folder, path } = socketOf(home);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await rm(path, { force: true });
  const server: Server = createServer((request, response) => void answer(request, response, handle));
  await once(server.listen(path), 'listening');
  return {
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, handle: ControlHandler): Promise<void> {
  const [, action = '', argument] = (request.url ?? '/').split('/');
  const reply = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  };
  try {
    reply(200, await handle(action, argument === undefined ? undefined : decodeURIComponent(argument)));
  } catch (error) {
    reply(error instanceof StackError ? 409 : 500, { message: error instanceof Error ? error.message : String(error) });
  }
}

/** Asks a running stack. Answers undefined when none runs. @throws StackError with the stack's own sentence when it refuses */
export async function askControl<Answer>(home: string, action: string, argument?: string, timeoutMs = 60_000): Promise<Answer | undefined> {
  const path = `/${action}${argument === undefined ? '' : `/${encodeURIComponent(argument)}`}`;
  const asked = httpRequest({ socketPath: socketOf(home).path, method: 'POST', path, timeout: timeoutMs });
  asked.end();
  let response: IncomingMessage;
  try {
    [response] = (await once(asked, 'response')) as [IncomingMessage];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
    throw error;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as Answer & { message?: string };
  if (response.statusCode !== 200) throw new StackError(body.message ?? `The stack answers ${response.statusCode}.`);
  return body;
}
