import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import { median } from '../median.ts';
import type { Metric } from '../result.ts';
import { CALLEE, CALLER, type Variant } from './onion/call.ts';
import { measurePair, startPair, type Pair } from './onion/pair.ts';

const VARIANTS = ['plaintext', 'bare', 'mesh'] as const satisfies readonly Variant[];

/**
 * CPU per unary call, client and server together, in microseconds: bare grpc-js without and with mutual TLS, and the mesh's whole onion (mutual TLS, trace
 * context, log line, deadline, peer, access, validation, errors, metrics). Interleaved rounds, medians; the ratio compares what has mutual TLS.
 */
export async function onionCpu({ quick }: { readonly quick: boolean }): Promise<Metric[]> {
  const [rounds, calls] = quick ? [5, 3_000] : [9, 10_000];
  const folder = await mkdtemp(join(tmpdir(), 'shopverse-bench-'));
  const pairs = new Map<Variant, Pair>();
  try {
    const authority = await CertificateAuthority.open(join(folder, 'ca'));
    for (const workload of [CALLER, CALLEE]) await authority.issueInto(join(folder, workload), workload);
    for (const variant of VARIANTS) pairs.set(variant, await startPair(variant, { folder }));
    for (const pair of pairs.values()) await pair.client.ask({ calls: calls * 2 });
    for (let round = 0; round < rounds; round += 1) {
      for (const pair of pairs.values()) await measurePair(pair, calls);
    }
    const of = (variant: Variant) => median(pairs.get(variant)?.cpuPerCall ?? []);
    return [
      { metric: 'bare_plaintext_cpu_us', value: of('plaintext'), unit: 'us/call', runs: rounds },
      { metric: 'bare_mtls_cpu_us', value: of('bare'), unit: 'us/call', runs: rounds },
      { metric: 'onion_cpu_us', value: of('mesh'), unit: 'us/call', runs: rounds },
      {
        metric: 'onion_cpu_ratio',
        value: of('mesh') / of('bare'),
        unit: 'x',
        baseline: of('bare'),
        ratio: of('mesh') / of('bare'),
        goal: '<= 1.25',
        runs: rounds,
      },
    ];
  } finally {
    for (const { client, server } of pairs.values()) await Promise.all([client.stop(), server.stop()]);
    await rm(folder, { recursive: true });
  }
}
