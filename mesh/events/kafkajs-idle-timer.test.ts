import { createRequire } from 'node:module';
import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { quietIdleConnections, type RequestQueue } from './kafkajs-idle-timer.ts';

interface Pushed {
  readonly entry: { readonly correlationId: number };
  readonly expectResponse: boolean;
  readonly sendRequest: () => void;
}

type WholeQueue = RequestQueue & { push(request: Pushed): void; fulfillRequest(answer: object): void; destroy(): void };

quietIdleConnections();
const Queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (options: object) => WholeQueue;
const quiet = () => undefined;

function openQueue(maxInFlightRequests: number): { queue: WholeQueue; sent: number[]; push: (id: number) => void } {
  const sent: number[] = [];
  const queue = new Queue({
    maxInFlightRequests,
    requestTimeout: 1_000,
    clientId: 'test',
    broker: 'test',
    logger: { debug: quiet, warn: quiet },
    isConnected: () => true,
  });
  const push = (correlationId: number) =>
    queue.push({
      entry: { correlationId, resolve: quiet, reject: quiet } as Pushed['entry'],
      expectResponse: true,
      sendRequest: () => void sent.push(correlationId),
    });
  return { queue, sent, push };
}

describe('A connection to Kafka', () => {
  it('sets no timer when nothing waits', () => {
    const { queue, push } = openQueue(5);
    push(1);
    queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
    expect(queue.throttleCheckTimeoutId).toBeNull();
  });

  it('sends what a throttling broker held back when the time is over, and is quiet then', async () => {
    const { queue, sent, push } = openQueue(5);
    queue.throttledUntil = Date.now() + 50;
    push(1);
    expect(sent).toEqual([]);
    while (sent.length === 0) await after(5);
    expect(Date.now()).toBeGreaterThanOrEqual(queue.throttledUntil);
    expect(sent).toEqual([1]);
    expect(queue.throttleCheckTimeoutId).toBeNull();
    queue.destroy();
  });

  it('sends a request that was one too many with the answer to another', () => {
    const { queue, sent, push } = openQueue(1);
    push(1);
    push(2);
    expect(sent).toEqual([1]);
    queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
    expect(sent).toEqual([1, 2]);
    queue.destroy();
  });
});
