import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { eventually } from './demo/eventually.ts';
import { startInfrastructure, type Stack } from './stack.ts';

const PARTS = ['postgres', 'kafka', 'mongodb', 'clickhouse', 'mail'];

let home: string;
let stack: Stack;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'shopverse-infrastructure-'));
  await chmod(home, 0o755); // PostgreSQL runs as somebody else when the tests run as root
  stack = await startInfrastructure(PARTS, { home });
}, 180_000);
afterAll(async () => {
  await stack?.stop();
  await rm(home, { recursive: true, force: true });
}, 60_000);

async function sql(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** One mail in a real SMTP session; answers the codes that the server gave. */
async function sendMail(to: string, subject: string): Promise<string[]> {
  const { hostname, port } = new URL(stack.addresses.smtp);
  const socket = connect(Number(port), hostname);
  const message = `From: shop@example.com\r\nTo: ${to}\r\nSubject: ${subject}\r\n\r\nThank you.\r\n.`;
  const steps = ['EHLO test', 'MAIL FROM:<shop@example.com>', `RCPT TO:<${to}>`, 'DATA', message, 'QUIT'];
  const codes: string[] = [];
  for await (const line of createInterface({ input: socket })) {
    if (line[3] === '-') continue; // more of the same answer follows
    codes.push(line.slice(0, 3));
    const next = steps.shift();
    if (next !== undefined) socket.write(`${next}\r\n`);
  }
  return codes;
}

const clickhouse = (url = stack.addresses.clickhouse) => createClient({ url, log: { level: ClickHouseLogLevel.OFF } });

describe('the servers of the local stack', () => {
  it('are all ready', async () => {
    const states = (await stack.supervisor.report()).map(({ name, state }) => `${name} ${state}`);
    expect(states).toEqual(PARTS.map((name) => `${name} ready`));
  });

  it('give each service a database that no other service may enter', async () => {
    const [row] = await sql(stack.addresses.database('order'), 'select current_user as who, current_database() as what');
    expect(row).toEqual({ who: 'order', what: 'order' });
    const strange = stack.addresses.database('order').replace(/\/order$/, '/payment');
    await expect(sql(strange, 'select 1')).rejects.toMatchObject({ code: '42501' });
  });

  it("speak ClickHouse's HTTP interface to its unmodified client", async () => {
    const client = clickhouse();
    expect((await client.ping()).success).toBe(true);
    await client.command({ query: 'create table sales (day Date, sku String, units UInt32) engine = MergeTree order by (day, sku)' });
    await client.insert({
      table: 'sales',
      format: 'JSONEachRow',
      values: [
        { day: '2026-01-01', sku: "it's", units: 2 },
        { day: '2026-01-01', sku: 'tab\there', units: 3 },
      ],
    });
    const answer = await client.query({
      query: 'select sku, units from sales where sku in {skus: Array(String)} and units >= {least: UInt32} order by units',
      query_params: { skus: ["it's", 'tab\there'], least: 2 },
      format: 'JSONEachRow',
    });
    expect(await answer.json()).toEqual([
      { sku: "it's", units: 2 },
      { sku: 'tab\there', units: 3 },
    ]);
    await client.close();
  });

  it("answer the ClickHouse client's mistakes with ClickHouse's errors, and keep no setting between requests", async () => {
    const client = clickhouse();
    await expect(client.query({ query: 'select * from nowhere' })).rejects.toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' });
    await expect(client.query({ query: 'selec 1' })).rejects.toMatchObject({ code: '62' });
    const read = async (settings: Record<string, number>) => {
      const answer = await client.query({
        query: "select value from system.settings where name = 'max_threads'",
        format: 'JSONEachRow',
        clickhouse_settings: settings,
      });
      return (await answer.json<{ value: string }>())[0]?.value;
    };
    const before = await read({});
    expect(await read({ max_threads: 7 })).toBe('7');
    for (let i = 0; i < 6; i += 1) expect(await read({})).toBe(before);
    await client.close();
    const stranger = clickhouse(stack.addresses.clickhouse.replace(/:[^:@]+@/, ':wrong@'));
    await expect(stranger.command({ query: 'select 1' })).rejects.toMatchObject({ code: '516' });
    await stranger.close();
  });

  it('catch mail, and show it by recipient', async () => {
    expect(await sendMail('asha@example.com', 'Order confirmed')).toEqual(['220', '250', '250', '250', '354', '250', '221']);
    await sendMail('someone.else@example.com', 'Welcome');
    const list = async (to: string) =>
      ((await (await fetch(`${stack.addresses.mailPage}/api/messages?to=${to}`)).json()) as { messages: { id: string; subject: string }[] })
        .messages;
    const [mail, ...others] = await list('asha@example.com');
    expect([mail?.subject, others]).toEqual(['Order confirmed', []]);
    const one = await fetch(`${stack.addresses.mailPage}/api/messages/${mail?.id}`);
    expect(await one.json()).toMatchObject({
      from: 'shop@example.com',
      to: ['asha@example.com'],
      text: expect.stringContaining('Thank you.'),
    });
    expect((await fetch(`${stack.addresses.mailPage}/api/messages/none`)).status).toBe(404);
  });

  it('take mail after a client that was killed in the middle of one', async () => {
    const pid = () => stack.supervisor.part('mail').identity?.pid;
    const before = pid();
    const { hostname, port } = new URL(stack.addresses.smtp);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    for await (const line of createInterface({ input: socket })) {
      if (line.startsWith('220')) socket.write('EHLO test\r\n');
      // The last line of what the server can do.
      if (line.startsWith('250 ')) break;
    }
    socket.resetAndDestroy();
    expect((await sendMail('ravi@example.com', 'After all')).at(-1)).toBe('221');
    expect(pid()).toBe(before);
  });

  it('come back after a kill with all that was acknowledged', async () => {
    await sql(stack.addresses.database('order'), 'create table kept as select 42 as answer');
    const before = new Map(stack.supervisor.parts.map(({ part, identity }) => [part.name, identity?.pid]));
    for (const name of PARTS) stack.supervisor.kill(name);
    await eventually(
      'all parts as other processes',
      async () => {
        const healed = stack.supervisor.parts.every(
          ({ part, state, identity }) => state === 'ready' && identity?.pid !== before.get(part.name),
        );
        return healed ? true : undefined;
      },
      { timeoutMs: 90_000 },
    );
    expect(await sql(stack.addresses.database('order'), 'select answer from kept')).toEqual([{ answer: 42 }]);
  }, 100_000);

  it('go on with their data when the stack is started again', async () => {
    await stack.stop();
    stack = await startInfrastructure(PARTS, { home });
    expect(await sql(stack.addresses.database('order'), 'select answer from kept')).toEqual([{ answer: 42 }]);
    const client = clickhouse();
    const answer = await client.query({ query: 'select toUInt32(sum(units)) as units from sales', format: 'JSONEachRow' });
    expect(await answer.json()).toEqual([{ units: 5 }]);
    await client.close();
    const { messages } = (await (await fetch(`${stack.addresses.mailPage}/api/messages`)).json()) as { messages: unknown[] };
    expect(messages).toHaveLength(3);
  }, 100_000);
});
