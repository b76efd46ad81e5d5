import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readSettings } from '@shopverse/local/settings';
import { installChromium } from '@shopverse/local/tools/chromium';
import { eventually } from './eventually.ts';

/** A page in a headless Chromium, spoken to by the Chrome DevTools Protocol. */
export interface Page {
  /** Addresses of everything that was asked for so far, but for data: and blob:. */
  readonly requests: string[];
  /** What the browser complained of: scripts' errors, blocked by policy, failed to load. */
  readonly complaints: string[];
  open(url: string): Promise<void>;
  /** The value of a JavaScript expression; promises are awaited. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Asks again until the expression is true. */
  until(expression: string): Promise<void>;
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** Starts a browser with one empty page. Names are not looked up, so that only this machine can be reached. */
export async function openBrowser(): Promise<Page> {
  const { file, env } = await installChromium(readSettings().SHOPVERSE_TOOLS);
  const profile = await mkdtemp(join(tmpdir(), 'edge-browser-'));
  const flags = ['--headless=shell', '--no-sandbox', '--no-zygote', '--disable-gpu', '--use-gl=angle', '--use-angle=swiftshader-webgl', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--remote-debugging-port=0', `--user-data-dir=${profile}`]; // prettier-ignore
  const browser = spawn(file, [...flags, 'about:blank'], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(browser, 'close');
  const close = async (): Promise<void> => {
    browser.kill('SIGKILL');
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const socket = new WebSocket(await pageAddress(await debuggingAddress(browser.stderr, ended)));
    await once(socket, 'open');
    return { ...(await attach(socket)), close: async () => (socket.close(), close()) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function debuggingAddress(stderr: NodeJS.ReadableStream, ended: Promise<unknown>): Promise<string> {
  const found = new Promise<string>((resolve) => {
    createInterface({ input: stderr }).on('line', (line) => {
      const [, address] = /DevTools listening on ws:\/\/([^/]+)/.exec(line) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
  return Promise.race([found, ended.then(() => Promise.reject(new Error('Chromium did not start')))]);
}

const pageAddress = (address: string): Promise<string> =>
  eventually(async () => {
    const targets = (await (await fetch(`http://${address}/json/list`)).json()) as { type: string; webSocketDebuggerUrl: string }[];
    return targets.find(({ type }) => type === 'page')?.webSocketDebuggerUrl;
  });

async function attach(socket: WebSocket): Promise<Omit<Page, 'close'>> {
  const waiting = new Map<number, (message: Message) => void>();
  const requests: string[] = [];
  const complaints: string[] = [];
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    else notice(message, requests, complaints);
  });
  let last = 0;
  const send = async (method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> => {
    const id = ++last;
    const answered = new Promise<Message>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    const { result = {}, error } = await answered;
    waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  for (const domain of ['Network', 'Page', 'Log', 'Runtime']) await send(`${domain}.enable`);
  const evaluate = async <Value>(expression: string): Promise<Value> => {
    const { result, exceptionDetails } = (await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })) as {
      result: { value: Value };
      exceptionDetails?: { exception?: { description?: string } };
    };
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? 'The expression failed');
    return result.value;
  };
  return {
    requests,
    complaints,
    open: async (url) => void (await send('Page.navigate', { url })),
    evaluate,
    until: async (expression) => void (await eventually(async () => (await evaluate<boolean>(expression)) || undefined, 60_000)),
  };
}

function notice({ method, params = {} }: Message, requests: string[], complaints: string[]): void {
  if (method === 'Network.requestWillBeSent') {
    const { url } = params['request'] as { url: string };
    if (!/^(data|blob):/.test(url)) requests.push(url);
  }
  if (method === 'Log.entryAdded') {
    const { level, text } = params['entry'] as { level: string; text: string };
    if (level === 'error') complaints.push(text);
  }
  if (method === 'Runtime.exceptionThrown') complaints.push(JSON.stringify(params['exceptionDetails']));
}
