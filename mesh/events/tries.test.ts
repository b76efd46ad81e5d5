import { describe, expect, it } from '@jest/globals';
import type { IncomingMessage } from './kafka.ts';
import { Tries } from './tries.ts';

const at = (partition: number, offset: string): IncomingMessage => ({ topic: 't', partition, offset, key: null, value: null, headers: {} });

describe('the tries of a message', () => {
  it('are counted by partition, those for unknown causes apart', () => {
    const tries = new Tries();
    expect(tries.count(at(0, '7'), 'transient')).toMatchObject({ tries: 1, unknown: 0 });
    expect(tries.count(at(0, '7'), 'unknown')).toMatchObject({ tries: 2, unknown: 1 });
    expect(tries.count(at(1, '7'), 'unknown')).toMatchObject({ tries: 1, unknown: 1 });
    expect(tries.count(at(0, '7'), 'transient')).toMatchObject({ tries: 3, unknown: 1 });
  });

  it('begin anew with the next message and when partitions are dealt out', () => {
    const tries = new Tries();
    tries.count(at(0, '7'), 'unknown');
    expect(tries.count(at(0, '8'), 'unknown')).toMatchObject({ tries: 1, unknown: 1 });
    tries.forget();
    expect(tries.count(at(0, '8'), 'unknown')).toMatchObject({ tries: 1, unknown: 1 });
  });
});
