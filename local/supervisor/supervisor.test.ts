import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../demo/eventually.ts';
import { StackError } from '../stack-error.ts';
import type { PartState } from './part-state.ts';
import { groupIsRunning, isRunning } from './processes.ts';
import type { Supervisor } from './supervisor.ts';
import { tinyParts, type TinyParts } from './testing/tiny-parts.ts';

let tiny: TinyParts;
beforeEach(async () => {
  tiny = await tinyParts();
});
afterEach(() => tiny.close());

const untilState = (supervisor: Supervisor, name: string, state: PartState) =>
  eventually(`${name} ${state}`, async () => (supervisor.part(name).state === state ? true : undefined));
const journal = async () => (await readFile(tiny.journal, 'utf8')).trim().split('\n');

describe('the supervisor', () => {
  it('starts a part after what it needs, and stops it before', async () => {
    const parts = [await tiny.part('shop', ['store', 'queue']), await tiny.part('store'), await tiny.part('queue', ['store'])];
    const supervisor = tiny.supervise(parts);
    await supervisor.start();
    await supervisor.stop();
    expect(await journal()).toEqual(['started store', 'started queue', 'started shop', 'stopped shop', 'stopped queue', 'stopped store']);
  });

  it('restarts a part that was killed, as another process', async () => {
    const supervisor = tiny.supervise([await tiny.part('store')]);
    await supervisor.start();
    const before = supervisor.part('store').identity;
    supervisor.kill('store');
    await eventually('another process', async () => {
      const { identity, state } = supervisor.part('store');
      return state === 'ready' && identity?.pid !== before?.pid ? true : undefined;
    });
    expect(supervisor.part('store').restarts).toBe(1);
  });

  it('lets followers wait when processors are short, also after a restart', async () => {
    const supervisor = tiny.supervise([await tiny.part('store'), { ...(await tiny.part('mail')), follower: true }]);
    await supervisor.start();
    const niceness = (name: string) => getPriority(supervisor.part(name).identity?.pid);
    const own = getPriority();
    expect(niceness('store')).toBe(own);
    expect(niceness('mail')).toBeGreaterThan(own);
    supervisor.kill('mail');
    await eventually('a restart', async () => (supervisor.part('mail').restarts === 1 ? true : undefined));
    await untilState(supervisor, 'mail', 'ready');
    expect(niceness('mail')).toBeGreaterThan(own);
  });

  it('raises the alarm for a part that keeps ending, goes on trying, and sees it heal', async () => {
    const broken = join(tiny.home.folder, 'broken');
    const supervisor = tiny.supervise([await tiny.part('store', [], ['--fail-when', broken])]);
    await supervisor.start();
    await writeFile(broken, '');
    supervisor.kill('store');
    await untilState(supervisor, 'store', 'failing');
    await eventually('the reason', async () => (supervisor.part('store').note.includes('the disk is upside down') ? true : undefined));
    await rm(broken);
    await untilState(supervisor, 'store', 'ready');
    expect(supervisor.part('store').restarts).toBeGreaterThanOrEqual(4);
  });

  it('says in one sentence why the first start failed, and leaves nothing running', async () => {
    const broken = join(tiny.home.folder, 'broken');
    await writeFile(broken, '');
    const pids: number[] = [];
    const parts = [
      await tiny.part('store'),
      await tiny.part('queue', ['store'], ['--fail-when', broken]),
      await tiny.part('shop', ['queue']),
    ];
    const supervisor = tiny.supervise(parts, ({ identity }) => {
      if (identity !== undefined) pids.push(identity.pid);
    });
    const failure = await supervisor.start().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StackError);
    expect((failure as StackError).message).toMatch(/^queue did not start, it ended \(exit code 3\): FATAL: the disk is upside down/);
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids) expect(await groupIsRunning(pid)).toBe(false);
  });

  it('ends what is deaf to SIGTERM, and the processes that a part started', async () => {
    const supervisor = tiny.supervise([await tiny.part('store', [], ['--deaf', '--child'])]);
    await supervisor.start();
    const { identity } = supervisor.part('store');
    await supervisor.stop();
    expect(identity).toBeDefined();
    await eventually('an empty group', async () => ((await groupIsRunning(identity?.pid ?? 0)) ? undefined : true));
  });

  it('stopped while it starts, leaves nothing running', async () => {
    const parts = [await tiny.part('store'), await tiny.part('shop', ['store'])];
    const pids = new Set<number>();
    const supervisor = tiny.supervise(parts, ({ identity }) => {
      if (identity !== undefined) pids.add(identity.pid);
    });
    const starting = supervisor.start().then(
      () => 'started',
      () => 'gave up',
    );
    await eventually('a first process', async () => (pids.size > 0 ? true : undefined));
    await supervisor.stop();
    expect(await starting).toBe('gave up');
    for (const pid of pids) expect(await groupIsRunning(pid)).toBe(false);
  });

  it('stops one part and starts it again, and refuses what makes no sense', async () => {
    const supervisor = tiny.supervise([await tiny.part('store')]);
    await supervisor.start();
    await expect(supervisor.startPart('store')).rejects.toThrow('store is not stopped, it is ready.');
    await supervisor.stopPart('store');
    expect(supervisor.part('store').state).toBe('stopped');
    await supervisor.startPart('store');
    expect(supervisor.part('store').state).toBe('ready');
    expect(() => supervisor.kill('stroe')).toThrow('There is no part named stroe; the parts are store.');
  });

  it('takes a part in while it runs, beside its like, and forgets it when it goes', async () => {
    const supervisor = tiny.supervise([await tiny.part('store'), await tiny.part('shop')]);
    await supervisor.start();
    const names = () => supervisor.parts.map(({ part }) => part.name);
    await supervisor.addPart(await tiny.part('store-2', ['store']), 'store');
    expect([names(), supervisor.part('store-2').state]).toEqual([['store', 'store-2', 'shop'], 'ready']);
    await expect(supervisor.addPart(await tiny.part('store-2'))).rejects.toThrow('There is a part named store-2 already.');
    const { identity } = supervisor.part('store-2');
    await supervisor.removePart('store-2');
    expect(names()).toEqual(['store', 'shop']);
    expect(await groupIsRunning(identity?.pid ?? 0)).toBe(false);
    await supervisor.addPart(await tiny.part('store-3', ['store']), 'store');
    await supervisor.stop();
    const told = await journal();
    expect(told.indexOf('stopped store-3')).toBeGreaterThan(-1);
    expect(told.indexOf('stopped store-3')).toBeLessThan(told.indexOf('stopped store'));
    await expect(supervisor.addPart(await tiny.part('late'))).rejects.toThrow('being stopped');
  });

  it('shows a part that runs but does not answer as unready', async () => {
    const supervisor = tiny.supervise([await tiny.part('store')]);
    await supervisor.start();
    supervisor.kill('store', 'SIGSTOP');
    await untilState(supervisor, 'store', 'unready');
    supervisor.kill('store', 'SIGCONT');
    await untilState(supervisor, 'store', 'ready');
    expect(supervisor.part('store').restarts).toBe(0);
  });

  it('goes on without an optional part that can not be had, and says why', async () => {
    const part = await tiny.part('traces');
    const unavailable = { ...part, optional: true, fetch: () => Promise.reject(new StackError('Go is missing: install it.')) };
    const supervisor = tiny.supervise([await tiny.part('store'), unavailable]);
    await supervisor.start();
    await untilState(supervisor, 'traces', 'unavailable');
    expect(supervisor.part('traces').note).toBe('Go is missing: install it.');
  });

  it('does not blame an optional part for a stop that breaks its fetching off', async () => {
    const fetching = (_: unknown, signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => signal.addEventListener('abort', () => reject(new StackError('It could not be built.'))));
    const supervisor = tiny.supervise([await tiny.part('store'), { ...(await tiny.part('traces')), optional: true, fetch: fetching }]);
    await supervisor.start();
    await untilState(supervisor, 'traces', 'fetching');
    await supervisor.stop();
    expect(supervisor.part('traces')).toMatchObject({ state: 'stopped', note: '' });
  });

  it('says that a program is not there', async () => {
    const part = { ...(await tiny.part('store')), command: async () => ({ file: '/nowhere/to/be/found', args: [] }) };
    await expect(tiny.supervise([part]).start()).rejects.toThrow(/^store can't be started: .*ENOENT/);
  });

  it('refuses parts that need each other', async () => {
    const parts = [await tiny.part('hen', ['egg']), await tiny.part('egg', ['hen'])];
    expect(() => tiny.supervise(parts)).toThrow("These parts need each other, or a part that isn't there: hen, egg.");
  });

  it('ends what a killed supervisor left behind, and nobody whose pid was given away since', async () => {
    const part = await tiny.part('store');
    const first = tiny.supervise([part]);
    await first.start();
    const left = first.part('store').identity;
    if (left === undefined) throw new Error('it does not run');
    const self = { pid: process.pid, startTicks: 'another start' };
    const record = join(tiny.home.run, 'processes.json');
    await writeFile(record, JSON.stringify({ parts: { store: left, stranger: self } }));
    const second = tiny.supervise([part]);
    await second.takeOver();
    expect(isRunning(left)).toBe(false);
    await first.stop();
    expect(existsSync(record)).toBe(true);
  });
});
