import { methodsOf, type ServiceDefinition } from './definition.ts';

/**
 * gRPC's service config for a service's channel (gRFC A6, A21): retries of what may be repeated by its contract, only when the peer was
 * UNAVAILABLE (AIP-194), with a throttle that stops retrying when more than half of the calls fail, and calls spread over all addresses.
 */
export function serviceConfig(definition: ServiceDefinition): string {
  const repeatable = methodsOf(definition).filter(([, method]) => method.options.idempotencyLevel !== undefined);
  return JSON.stringify({
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig:
      repeatable.length === 0
        ? []
        : [
            {
              name: repeatable.map(([, method]) => ({ service: definition.fullName, method: method.name })),
              retryPolicy: {
                maxAttempts: 4,
                initialBackoff: '0.05s',
                maxBackoff: '1s',
                backoffMultiplier: 2,
                retryableStatusCodes: ['UNAVAILABLE'],
              },
            },
          ],
    retryThrottling: { maxTokens: 20, tokenRatio: 0.2 },
  });
}
