import { describe, expect, it } from '@jest/globals';
import { Readiness } from './readiness.ts';

const up = async () => {};
const down = async () => {
  throw new Error('connection refused');
};

describe('readiness', () => {
  it('is not there before the process serves, nor while it drains', async () => {
    const readiness = new Readiness();
    expect(await readiness.report()).toEqual({
      status: 'not_ready',
      checks: { process: { status: 'down', reason: 'starting', critical: true } },
    });
    readiness.open();
    expect(await readiness.report()).toEqual({ status: 'ready', checks: {} });
    readiness.close('draining');
    expect(await readiness.report()).toMatchObject({ status: 'not_ready', checks: { process: { reason: 'draining' } } });
  });

  it('is lost with what the process can’t do without, with the reason, and only with that', async () => {
    const readiness = new Readiness();
    readiness.open();
    readiness.add('postgres', up);
    readiness.add('product', down, { critical: false });
    expect(await readiness.report()).toMatchObject({
      status: 'ready',
      checks: { postgres: { status: 'up' }, product: { status: 'down', reason: 'connection refused' } },
    });
    readiness.add('postgres', down);
    expect(await readiness.report()).toMatchObject({ status: 'not_ready' });
  });
});
