import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StackError } from '../stack-error.ts';
import { askControl, openControl } from './control.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'shopverse-control-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe('the control socket', () => {
  it('carries an action with its argument, and its answer', async () => {
    const control = await openControl(home, async (action, argument) => ({ action, argument }));
    expect(await askControl(home, 'stop', 'a/b c')).toEqual({ action: 'stop', argument: 'a/b c' });
    await control.close();
  });

  it("passes the stack's own sentence on when it refuses", async () => {
    const control = await openControl(home, async () => {
      throw new StackError('kafka is not stopped, it is ready.');
    });
    await expect(askControl(home, 'start', 'kafka')).rejects.toThrow(new StackError('kafka is not stopped, it is ready.'));
    await control.close();
  });

  it('answers undefined when no stack runs, also after one was killed', async () => {
    expect(await askControl(home, 'status')).toBeUndefined();
    await (await openControl(home, async () => ({}))).close();
    expect(await askControl(home, 'status')).toBeUndefined();
  });

  it('is not taken away from a stack that runs', async () => {
    const first = await openControl(home, async () => ({ who: 'first' }));
    await expect(openControl(home, async () => ({ who: 'second' }))).rejects.toThrow('This stack runs already');
    expect(await askControl(home, 'status')).toEqual({ who: 'first' });
    await first.close();
  });

  it('works for a home whose path is too long for a socket', async () => {
    const long = join(home, 'x'.repeat(120));
    const control = await openControl(long, async () => ({ ok: true }));
    expect(await askControl(long, 'status')).toEqual({ ok: true });
    await control.close();
  });

  it('gives up on a stack that does not answer', async () => {
    const control = await openControl(home, () => new Promise(() => {}));
    await expect(askControl(home, 'status', undefined, 100)).rejects.toThrow('The stack has not answered within 0.1 s');
    await control.close();
  });
});
