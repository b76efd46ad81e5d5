import type { Instance, Mesh, TrafficPolicy } from '@shopverse/contracts/shopverse/mesh/v1/mesh';
import { fromDuration } from '@shopverse/mesh/discovery/duration';
import { clientCalls } from '../mesh/client-calls.ts';
import { edgeCalls } from '../mesh/edge-calls.ts';
import { callGraph, type CallEdge, type CallSource } from '../mesh/call-graph.ts';
import { askDiscovery } from '../mesh/ask-discovery.ts';
import { faultJson, faultLine } from '../mesh/fault-line.ts';
import { createStack } from '../stack.ts';

/** Between two looks at the counters, in milliseconds. */
const WINDOW_MS = 1_000;

/** `shopverse mesh`: who runs where, how each service is called, and who calls whom. Exit code 0 only when every instance serves and no policy is refused. */
export async function mesh({ json = false }: { readonly json?: boolean }): Promise<void> {
  const stack = await createStack();
  const now = await askDiscovery(stack, (discovery) => discovery.getMesh({}));
  const sources = now.services.flatMap(({ name, instances }) =>
    instances.map(({ ip, adminPort }): CallSource => ({ service: name, metrics: `http://${ip}:${adminPort}/metrics`, read: clientCalls })),
  );
  const edge = {
    service: 'edge',
    metrics: `http://127.0.0.1:${stack.context.ports['edge_admin'] ?? 0}/stats/prometheus?filter=grpc`,
    read: edgeCalls,
  };
  const calls = await callGraph([edge, ...sources], WINDOW_MS);
  if (now.policyProblems.length > 0 || now.services.some(({ instances }) => instances.some(({ serving }) => !serving)))
    process.exitCode = 1;
  process.stdout.write(json ? `${JSON.stringify(asJson(now, calls))}\n` : asText(now, calls));
}

function asJson({ services, policyProblems, lease, subscribers }: Mesh, calls: readonly CallEdge[]): object {
  return {
    services: services.map(({ name, instances, policy, faults }) => ({
      name,
      faults: faults.map(faultJson),
      policy: policy === undefined ? null : policyJson(policy),
      instances: instances.map((instance) => ({
        id: instance.id,
        address: `${instance.ip}:${instance.port}`,
        admin: instance.adminPort === 0 ? null : `${instance.ip}:${instance.adminPort}`,
        version: instance.version,
        health: healthOf(instance),
        started_at: instance.startedAt?.toISOString() ?? null,
        registered_at: instance.registeredAt?.toISOString() ?? null,
        certificate_expires_at: instance.certificateExpiresAt?.toISOString() ?? null,
      })),
    })),
    calls: calls.map(({ from, to, total, perSecond, errorShare, p99Ms }) => ({
      from,
      to,
      total,
      per_second: perSecond,
      error_share: errorShare,
      p99_ms: p99Ms,
    })),
    policy_problems: policyProblems,
    lease_ms: lease === undefined ? null : fromDuration(lease),
    subscribers,
  };
}

function policyJson({ timeout, ...policy }: TrafficPolicy): object {
  return {
    timeout_ms: timeout === undefined ? null : fromDuration(timeout),
    max_attempts: policy.maxAttempts,
    retry_budget_percent: policy.retryBudgetPercent,
    max_requests: policy.maxRequests,
    outlier_failure_percent: policy.outlierFailurePercent,
    load_balancing: policy.loadBalancing,
    weights: Object.fromEntries(policy.weights.map(({ version, weight }) => [version, weight])),
    method_timeouts_ms: Object.fromEntries(
      policy.methods.map(({ method, timeout: own }) => [method, own === undefined ? null : fromDuration(own)]),
    ),
  };
}

function healthOf({ serving }: Instance): string {
  return serving ? 'serving' : 'not serving';
}

function asText({ services, policyProblems, subscribers }: Mesh, calls: readonly CallEdge[]): string {
  const lines = services.flatMap(({ name, instances, policy, faults }) => [
    `${name.padEnd(16)}${policy === undefined ? '' : policyLine(policy)}`,
    ...(instances.length === 0 ? ['  nobody'] : instances.map(instanceLine)),
    ...faults.map((fault) => `  on purpose: ${faultLine(fault)}`),
  ]);
  const graph = calls.map(({ from, to, total, perSecond, errorShare, p99Ms }) =>
    [
      `  ${`${from} -> ${to}`.padEnd(32)}`,
      `${perSecond.toFixed(1).padStart(7)}/s`,
      `${String(total).padStart(9)} calls`,
      `${(errorShare * 100).toFixed(2).padStart(6)} % failed`,
      p99Ms === null ? '' : `p99 <= ${p99Ms} ms`,
    ].join('  '),
  );
  const problems = policyProblems.map(({ file, line, reason }) => `${file}:${line}: ${reason}; the last good one is in force`);
  return `${[...lines, '', 'calls', ...(graph.length === 0 ? ['  none yet'] : graph), '', ...problems, `${subscribers} are told by xDS.`].join('\n')}\n`;
}

function policyLine({ timeout, methods, maxAttempts, maxRequests, outlierFailurePercent, loadBalancing, weights }: TrafficPolicy): string {
  return [
    timeout === undefined ? 'no timeout of its own' : `timeout ${fromDuration(timeout)} ms`,
    ...methods.map(({ method, timeout: own }) => `${method} ${own === undefined ? '?' : fromDuration(own)} ms`),
    `${maxAttempts} tries`,
    `${maxRequests} at once`,
    outlierFailurePercent === 0 ? 'nobody ejected' : `ejected from ${outlierFailurePercent} % failures`,
    loadBalancing,
    ...weights.map(({ version, weight }) => `${version}: ${weight}`),
  ].join(', ');
}

function instanceLine(instance: Instance): string {
  const time = (date: Date | undefined) => date?.toISOString().slice(0, 19).replace('T', ' ') ?? '?';
  const address = `${instance.ip}:${instance.port}`.padEnd(22);
  return `  ${address}${healthOf(instance).padEnd(13)}${instance.version.padEnd(10)}since ${time(instance.startedAt)}  certificate until ${time(instance.certificateExpiresAt)}`;
}
