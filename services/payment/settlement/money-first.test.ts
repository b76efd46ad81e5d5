import { describe, expect, it } from '@jest/globals';
import { failure } from '@shopverse/mesh/failure';
import { currentCall, type Call } from '@shopverse/mesh/rpc/call';
import { createLogger } from '@shopverse/mesh/telemetry/logger';
import type { ProviderVerdict } from '../domain/provider.ts';
import { moneyFirst } from './money-first.ts';

const log = createLogger('payment', 'silent');
const verdict = (providerPaymentId: string, said: ProviderVerdict['verdict']): ProviderVerdict => ({
  verdict: said,
  providerOrderId: 'order_1',
  providerPaymentId,
  amount: { currency: 'INR', minor: 129_900n },
  method: 'upi',
  reason: '',
});
const [failed, worked] = [verdict('pay_1', 'failed'), verdict('pay_2', 'captured')];
const provider = (verdictsOf: (order: string) => Promise<readonly ProviderVerdict[]>) => ({ name: 'razorpay', verdictsOf });

describe('what a notice of a try to pay means', () => {
  it('is what it says when money was captured; nobody is asked', async () => {
    const unasked = provider(() => Promise.reject(new Error('was asked')));
    expect(await moneyFirst(unasked, worked, log)).toEqual([worked]);
  });

  it('is that the money of another try comes first when it failed', async () => {
    const other = verdict('pay_0', 'failed');
    expect(
      await moneyFirst(
        provider(async () => [other, failed, worked]),
        failed,
        log,
      ),
    ).toEqual([worked, failed]);
    expect(
      await moneyFirst(
        provider(async () => [other, failed]),
        failed,
        log,
      ),
    ).toEqual([failed]);
  });

  it('is what it says when the provider is away', async () => {
    const away = provider(() => Promise.reject(failure('PROVIDER_UNAVAILABLE', 'It is away.')));
    expect(await moneyFirst(away, failed, log)).toEqual([failed]);
  });

  it('is what it says when the provider takes long, and the call that brought it still has its time', async () => {
    const silent = provider(
      () =>
        new Promise((_resolve, reject) => {
          const give = () => reject(failure('PROVIDER_UNAVAILABLE', 'It does not answer.'));
          currentCall.getStore()?.signal.addEventListener('abort', give);
        }),
    );
    const call = { deadline: Date.now() + 60_000, signal: new AbortController().signal } as Call;
    await currentCall.run(call, async () => {
      expect(await moneyFirst(silent, failed, log, 20)).toEqual([failed]);
      expect(currentCall.getStore()?.signal.aborted).toBe(false);
    });
  });

  it('is not known when something else went wrong', async () => {
    const broken = provider(() => Promise.reject(new TypeError('a bug')));
    await expect(moneyFirst(broken, failed, log)).rejects.toThrow('a bug');
  });
});
