import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { StackError } from '../stack-error.ts';

/** What can be asked of a running stack; answers go out as JSON. */
export type ControlHandler = (action: string, argument: string | undefined) => Promise<unknown>;

/** Longest path of a socket, in bytes (sockaddr_un, less the zero at its end). */
const MAX_PATH_BYTES = 103;

/** The socket of the stack whose home is `folder`: in its run folder, or, when that path is too long for a socket, in the temporary folder. */
function socketOf(folder: string): string {
  const path = join(folder, 'run', 'control.sock');
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return path;
  return join(tmpdir(), `shopverse-${process.getuid?.() ?? 0}`, `${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.sock`);
}

/**
 * Answers other processes of the same user: HTTP over a socket, `POST /<action>/<argument>`.
 *
 * @throws StackError when another process answers for this stack already
 */
export async function openControl(home: string, handle: ControlHandler): Promise<{ close(): Promise<void> }> {
  const path = socketOf(home);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (process.getuid !== undefined && (await lstat(dirname(path))).uid !== process.getuid())
    throw new StackError(`${dirname(path)} belongs to somebody else: remove it, or set SHOPVERSE_HOME to a folder with a shorter path.`);
  if (await listens(path)) throw new StackError('This stack runs already: see npx shopverse status, or end it with npx shopverse down.');
  await rm(path, { force: true });
  const server: Server = createServer((request, response) => void answer(request, response, handle));
  await once(server.listen(path), 'listening');
  await chmod(path, 0o600);
  return {
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

async function listens(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
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
  const signal = AbortSignal.timeout(timeoutMs);
  const asked = httpRequest({ socketPath: socketOf(home), method: 'POST', path, signal });
  asked.end();
  let response: IncomingMessage;
  try {
    [response] = (await once(asked, 'response')) as [IncomingMessage];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
    if (signal.aborted)
      throw new StackError(`The stack has not answered within ${timeoutMs / 1000} s: see its logs, or end it with npx shopverse down.`);
    throw error;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as Answer & { message?: string };
  if (response.statusCode !== 200) throw new StackError(body.message ?? `The stack answers ${response.statusCode}.`);
  return body;
}
