import { describe, expect, it } from '@jest/globals';
import { currentCall, type Call } from '@shopverse/mesh/rpc/call';
import { createLogger } from '@shopverse/mesh/telemetry/logger';
import type { PaymentProvider } from '../domain/provider.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { guarded } from './guarded.ts';
import { isPassing, ProviderTrouble, unavailable } from './trouble.ts';

const log = createLogger('payment', 'silent');
const away = () => unavailable('fake', new ProviderTrouble('HTTP 503', true));
const refusal = () => unavailable('fake', new ProviderTrouble('HTTP 400', false));

/** A provider that answers as `script` says, one entry a request, and well after its end. */
function provider(script: (() => Error)[], { failures = 100, tries = 3 } = {}) {
  let asked = 0;
  const answer = async () => {
    const trouble = script[asked];
    asked += 1;
    if (trouble !== undefined) throw trouble();
    return [];
  };
  const fake = { name: 'fake', keyId: 'k', verdictsOf: answer } as unknown as PaymentProvider;
  const breaker = new CircuitBreaker({ failures, openMs: 60_000 });
  return { guard: guarded(fake, { breaker, log, tries }), asked: () => asked };
}
const within = <T>(call: Partial<Call>, run: () => Promise<T>) => currentCall.run(call as Call, run);

describe('a guarded provider', () => {
  it('is asked again when it was away for a moment', async () => {
    const { guard, asked } = provider([away, away]);
    expect(await guard.verdictsOf('order')).toEqual([]);
    expect([asked(), guard.circuit.state]).toEqual([3, 'closed']);
  });

  it('is asked three times and no more', async () => {
    const { guard, asked } = provider([away, away, away]);
    await expect(guard.verdictsOf('order')).rejects.toMatchObject({ reason: 'PROVIDER_UNAVAILABLE' });
    expect(asked()).toBe(3);
  });

  it('is not asked again when it refused, and is not away either', async () => {
    const { guard, asked } = provider([refusal], { failures: 1 });
    await expect(guard.verdictsOf('order')).rejects.toMatchObject({ reason: 'PROVIDER_UNAVAILABLE' });
    expect([asked(), guard.circuit.state]).toEqual([1, 'closed']);
  });

  it('is not asked again when the call has no time left', async () => {
    const { guard, asked } = provider([away]);
    const call = { deadline: Date.now(), signal: new AbortController().signal };
    await expect(within(call, () => guard.verdictsOf('order'))).rejects.toMatchObject({ reason: 'PROVIDER_UNAVAILABLE' });
    expect(asked()).toBe(1);
  });

  it('is left alone after failures in a row, and the refusal says when to come back', async () => {
    const { guard, asked } = provider([away, away, away], { failures: 2, tries: 2 });
    await expect(guard.verdictsOf('order')).rejects.toThrow('away');
    const refused = await guard.verdictsOf('order').catch((error: unknown) => error);
    expect(refused).toMatchObject({ reason: 'PROVIDER_UNAVAILABLE', options: { retryAfterMs: expect.any(Number) } });
    expect((refused as { options: { retryAfterMs: number } }).options.retryAfterMs).toBeGreaterThan(50_000);
    expect([asked(), guard.circuit.state]).toEqual([2, 'open']);
  });

  it('is not called away because a client hung up', async () => {
    const { guard } = provider([away], { failures: 1 });
    await expect(within({ deadline: Infinity, signal: AbortSignal.abort() }, () => guard.verdictsOf('order'))).rejects.toThrow('away');
    expect(guard.circuit.state).toBe('closed');
  });
});

describe('an HTTP status', () => {
  it.each([408, 409, 429, 500, 502, 503, 504])('of %i passes', (status) => expect(isPassing(status)).toBe(true));
  it.each([400, 401, 403, 404, 422])('of %i stays', (status) => expect(isPassing(status)).toBe(false));
});
