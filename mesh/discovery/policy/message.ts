import type { TrafficPolicy } from '@shopverse/contracts/shopverse/mesh/v1/mesh';
import { toDuration } from '../duration.ts';
import type { Policy } from './policy.ts';

/** A policy as the contract shows it. */
export function policyMessage({ timeout, methods, retries, circuitBreaker, outliers, loadBalancing, weights = {} }: Policy): TrafficPolicy {
  return {
    timeout: timeout === undefined ? undefined : toDuration(timeout),
    maxAttempts: retries.attempts,
    retryBudgetPercent: retries.budgetPercent,
    maxRequests: circuitBreaker.maxRequests,
    outlierFailurePercent: outliers.failurePercent,
    loadBalancing: loadBalancing === 'roundRobin' ? 'round_robin' : `sticky ${loadBalancing.sticky}`,
    weights: Object.entries(weights).map(([version, weight]) => ({ version, weight })),
    methods: Object.entries(methods).map(([method, { timeout: own }]) => ({ method, timeout: toDuration(own) })),
  };
}
