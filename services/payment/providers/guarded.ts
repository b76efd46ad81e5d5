import { metrics } from '@opentelemetry/api';
import { backoffMs, sleep } from '@shopverse/mesh/backoff';
import { currentCall } from '@shopverse/mesh/rpc/call';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import type { PaymentProvider } from '../domain/provider.ts';
import type { CircuitBreaker, CircuitResult, CircuitState } from './circuit-breaker.ts';
import { isPassingTrouble, ProviderTrouble, unavailable } from './trouble.ts';

/** How a provider is asked. */
export interface GuardOptions {
  readonly breaker: CircuitBreaker;
  readonly log: Logger;
  /** Tries of one request, the first included. @default 3 */
  readonly tries?: number;
}

/** A provider, and how it does. */
export interface GuardedProvider extends PaymentProvider {
  readonly circuit: CircuitBreaker;
}

const BACKOFF = { initialMs: 100, maxMs: 1_000 };
const NUMBERS: Readonly<Record<CircuitState, number>> = { closed: 0, 'half-open': 1, open: 2 };

/**
 * A provider whose passing trouble is tried again within the call's time, and which is left alone while it is away. Every request of the port bears repetition: what
 * opens and gives back carries the provider's own idempotency, the rest only asks.
 */
export function guarded(provider: PaymentProvider, { breaker, log, tries = 3 }: GuardOptions): GuardedProvider {
  const { name } = provider;
  metrics
    .getMeter('@shopverse/payment')
    .createObservableGauge('payment.provider.circuit', {
      description: 'Whether a provider is asked: 0 yes, 1 one request is let through to see, 2 no',
    })
    .addCallback((result) => result.observe(NUMBERS[breaker.state], { provider: name }));

  async function once<T>(request: () => Promise<T>): Promise<T> {
    const report = breaker.enter();
    if (report === undefined) {
      const trouble = new ProviderTrouble(`${name} was away a moment ago and is not asked.`, false);
      throw unavailable(name, trouble, Math.max(breaker.waitMs, 1_000));
    }
    try {
      const answer = await request();
      report('answered');
      return answer;
    } catch (error) {
      const before = breaker.state;
      report(resultOf(error));
      if (before !== 'open' && breaker.state === 'open')
        log.error({ provider: name, wait_ms: breaker.waitMs, alarm: 'provider_away' }, 'provider is away');
      throw error;
    }
  }

  async function ask<T>(request: () => Promise<T>): Promise<T> {
    const call = currentCall.getStore();
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await once(request);
      } catch (error) {
        const waitMs = backoffMs(attempt, BACKOFF);
        const inTime = Date.now() + waitMs < (call?.deadline ?? Infinity);
        if (!isPassingTrouble(error) || attempt + 1 >= tries || !inTime || !(await sleep(waitMs, call?.signal))) throw error;
      }
    }
  }

  return {
    name,
    keyId: provider.keyId,
    circuit: breaker,
    openOrder: (request) => ask(() => provider.openOrder(request)),
    verdictsOf: (providerOrderId) => ask(() => provider.verdictsOf(providerOrderId)),
    refund: (request) => ask(() => provider.refund(request)),
    refundsOf: (providerPaymentId) => ask(() => provider.refundsOf(providerPaymentId)),
    readWebhook: (webhook) => provider.readWebhook(webhook),
  };
}

function resultOf(error: unknown): CircuitResult {
  // That a client hung up, or brought too little time along, says nothing about the provider.
  if (currentCall.getStore()?.signal.aborted === true) return 'unclear';
  return isPassingTrouble(error) ? 'away' : 'answered';
}
