import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startReceiver, type Receiver } from './testing/webhook-receiver.ts';

const NODE = new URL('../../node_modules/.bin/node', import.meta.url).pathname;
const MAIN = new URL('main.ts', import.meta.url).pathname;

let folder: string;
let receiver: Receiver;
let taking: boolean;
let running: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shopverse-sandbox-process-'));
  taking = false;
  receiver = await startReceiver(() => (taking ? 200 : 500));
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  running = [];
  await receiver.close();
  await rm(folder, { recursive: true });
});

async function start(environment: Record<string, string> = {}) {
  const child = spawn(NODE, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      SANDBOX_LISTEN: '127.0.0.1:0',
      SANDBOX_DATA: join(folder, 'data', 'sandbox.sqlite'),
      SANDBOX_WEBHOOK_URL: receiver.url,
      RAZORPAY_KEY_ID: 'key',
      RAZORPAY_KEY_SECRET: 'hunter2',
      RAZORPAY_WEBHOOK_SECRET: 'hunter3',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const output: string[] = [];
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, errors, output: output.join('\n') }));
  const serving = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.push(line);
      const { message, port } = JSON.parse(line) as { message: string; port?: number };
      if (message === 'serving') resolve(`http://127.0.0.1:${port}`);
    });
  });
  return { child, serving, ended };
}

async function post(url: string, body: object): Promise<{ id: string }> {
  const authorization = `Basic ${Buffer.from('key:hunter2').toString('base64')}`;
  const response = await fetch(url, { method: 'POST', headers: { authorization }, body: JSON.stringify(body) });
  return (await response.json()) as { id: string };
}

describe('the sandbox as a process', () => {
  it('goes on where it was killed: orders are there, webhooks that nobody took are sent', async () => {
    const first = await start();
    const address = await first.serving;
    const order = await post(`${address}/v1/orders`, { amount: 500, currency: 'INR' });
    await post(`${address}/sandbox/orders/${order.id}/pay`, {});
    await receiver.at(0);
    first.child.kill('SIGKILL');
    await first.ended;
    taking = true;
    const refused = receiver.received.length;

    const second = await start();
    await second.serving;
    const webhook = await receiver.at(refused);
    expect(webhook.body).toBe(receiver.received[0]?.body);
    expect(webhook.headers['x-razorpay-event-id']).toBe(receiver.received[0]?.headers['x-razorpay-event-id']);
    second.child.kill('SIGTERM');
    const { code, errors, output } = await second.ended;
    expect([code, errors]).toEqual([0, '']);
    expect(output).toContain('"message":"stopped"');
    expect(output).not.toMatch(/hunter/);
  });

  it.each([
    ['a setting is missing', { RAZORPAY_KEY_SECRET: '' }, /^sandbox can't start\. Set these in the environment: RAZORPAY_KEY_SECRET is required/],
    ['its file can not be written', { SANDBOX_DATA: '/dev/null/sandbox.sqlite' }, /^sandbox can't start\. Can't keep data in \/dev\/null\/sandbox\.sqlite/],
    ['its address can not be had', { SANDBOX_LISTEN: '203.0.113.1:1' }, /^sandbox can't start\. Can't listen on 203\.0\.113\.1:1 \(SANDBOX_LISTEN\)/],
  ])('says in one sentence that %s, and ends with code 1', async (_what, environment, sentence) => {
    const { code, errors } = await (await start(environment)).ended;
    expect(code).toBe(1);
    expect(errors).toMatch(sentence);
    expect(errors.trim().split('\n')).toHaveLength(1);
  }); // prettier-ignore
});
