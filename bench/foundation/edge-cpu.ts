import { createStack } from '@shopverse/local/stack';
import { closedLoop } from '../edge/load.ts';
import { restLoad } from '../edge/rest-load.ts';
import { median } from '../median.ts';
import { processCpuMicros } from '../process-cpu.ts';
import type { Metric } from '../result.ts';
import { runToolForJson } from '../tool.ts';

interface StatusJson {
  readonly parts: readonly { readonly name: string; readonly pid: number | null }[];
}

const IN_FLIGHT = 32;
const ROUNDS = 5;
const CALLS = 1_500;

/** CPU of the edge and of the service behind it for one REST request with a token (GET /v1/users/me), in microseconds, on a running stack. */
export async function edgeCpu(env: Readonly<Record<string, string>>): Promise<Metric[]> {
  const { addresses, secrets } = await createStack({ environment: { ...process.env, ...env } });
  const { parts } = await runToolForJson<StatusJson>(['status'], env);
  const pidOf = (name: string) => parts.find((part) => part.name === name)?.pid ?? 0;
  const token = await logIn(addresses.edge, secrets.customer);
  const rest = restLoad(`${addresses.edge}/v1/users/me`, token, IN_FLIGHT);
  const load = () => closedLoop(rest, CALLS, IN_FLIGHT);
  await load();
  const perCall: Record<'edge' | 'user', number[]> = { edge: [], user: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = { edge: processCpuMicros(pidOf('edge')), user: processCpuMicros(pidOf('user')) };
    await load();
    for (const name of ['edge', 'user'] as const) perCall[name].push((processCpuMicros(pidOf(name)) - before[name]) / CALLS);
  }
  rest.close();
  return [
    { metric: 'edge_cpu_us', value: median(perCall.edge), unit: 'us/request', runs: ROUNDS },
    { metric: 'edge_service_cpu_us', value: median(perCall.user), unit: 'us/request', runs: ROUNDS },
  ];
}

async function logIn(edge: string, { email, password }: { readonly email: string; readonly password: string }): Promise<string> {
  const response = await fetch(`${edge}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`The demo customer can't sign in: ${await response.text()}`);
  return ((await response.json()) as { accessToken: string }).accessToken;
}
