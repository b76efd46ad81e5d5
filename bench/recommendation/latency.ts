import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Metadata } from '@grpc/grpc-js';
import { RecommendationServiceDefinition } from '@shopverse/contracts/shopverse/recommendation/v1/recommendation_service';
import { startInfrastructure } from '@shopverse/local/stack';
import { readConfig } from '@shopverse/mesh/config/read';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { openMongo } from '@shopverse/mesh/store/mongodb';
import { settings } from '../../services/recommendation/config.ts';
import { assemble } from '../../services/recommendation/parts.ts';
import { indexes } from '../../services/recommendation/store/documents.ts';
import { closedLoop, openLoop, type Load } from '../edge/load.ts';
import { BenchHost } from '../foundation/events/host.ts';
import { median, percentile } from '../median.ts';
import { startProcess } from '../process.ts';
import type { Metric } from '../result.ts';
import { generate } from './generate.ts';
import { learn } from './learner.ts';
import { moved } from './purchase-history.ts';

const { requestType, responseType } = RecommendationServiceDefinition.methods.getRecommendations;
const PATH = '/shopverse.recommendation.v1.RecommendationService/GetRecommendations';
/** Most calls a second of the steady load. */
const PER_SECOND = 100;
/** And at most this share of what the service can do here and now: a queue that only grows tells nothing of the service. */
const PART_OF_CAPACITY = 0.5;

/** How soon GetRecommendations answers over gRPC, on a MongoDB of its own that has learned a small shop. Metrics: see `measureLatency`. */
export async function recommendationLatency({ quick }: { readonly quick: boolean }): Promise<Metric[]> {
  const home = await mkdtemp(join(tmpdir(), 'shopverse-bench-'));
  await chmod(home, 0o755);
  const stack = await startInfrastructure(['mongodb'], { home });
  const host = new BenchHost('');
  try {
    const url = stack.addresses.mongodb('recommendation');
    const made = generate({ seed: 1, from: Date.now(), customers: 100, categories: 10, productsPerCategory: 15 });
    const { items, purchases } = moved(made, made.purchases.at(-1)?.time ?? 0, Date.now());
    const config = readConfig(settings, { MONGODB_URL: url });
    await learn(assemble(await openMongo(host, { url, indexes }), config, { nameOf: () => '' }), { items, train: purchases });
    return await measureLatency(url, [...new Set(purchases.map(({ user }) => user))], { quick });
  } finally {
    await host.stop();
    await stack.stop();
    await rm(home, { recursive: true, force: true });
  }
}

/**
 * `recommendation_p99_ms` and `_p50_ms` (from when a call was due, under a steady load of `recommendation_load_per_second`), `recommendation_reads_per_second`
 * (8 calls at a time), and how often MongoDB is asked for a call, for shoppers that the database at `url` knows.
 */
export async function measureLatency(url: string, users: readonly string[], { quick }: { readonly quick: boolean }): Promise<Metric[]> {
  const folder = await mkdtemp(join(tmpdir(), 'shopverse-bench-'));
  const authority = await CertificateAuthority.open(join(folder, 'authority'));
  for (const workload of ['recommendation', 'edge']) await authority.issueInto(join(folder, workload), workload);
  const server = startProcess(new URL('./server.ts', import.meta.url), { args: [url, folder] });
  try {
    const { port } = await server.ask<{ port: number }>();
    const load = grpc(`127.0.0.1:${port}`, new WorkloadCredentials(join(folder, 'edge')), users);
    await closedLoop(load, quick ? 300 : 1_000, 8); // warms up
    const before = await server.ask<{ reads: number }>({});
    const calls = quick ? 500 : 5_000;
    const perSecond = calls / ((await closedLoop(load, calls, 8)) / 1_000);
    const after = await server.ask<{ reads: number }>({});
    const rate = Math.max(1, Math.min(PER_SECOND, Math.floor(perSecond * PART_OF_CAPACITY)));
    const failed: unknown[] = [];
    const took = await openLoop(
      { ...load, call: () => load.call().catch((error: unknown) => void failed.push(error)) },
      rate,
      quick ? 5 : 30,
    );
    load.close();
    if (failed.length > 0) throw new Error(`${failed.length} calls failed under ${rate} calls a second.`, { cause: failed[0] });
    return [
      { metric: 'recommendation_p99_ms', value: percentile(took, 0.99), unit: 'ms', goal: '< 100', runs: 1 },
      { metric: 'recommendation_p50_ms', value: median(took), unit: 'ms', runs: 1 },
      { metric: 'recommendation_load_per_second', value: rate, unit: 'calls/s', runs: 1 },
      { metric: 'recommendation_reads_per_second', value: perSecond, unit: 'calls/s', runs: 1 },
      {
        metric: 'recommendation_mongodb_reads_per_call',
        value: (after.reads - before.reads) / calls,
        unit: 'reads',
        goal: '<= 1',
        runs: 1,
      },
    ];
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** GetRecommendations of one user after the other. */
function grpc(target: string, credentials: WorkloadCredentials, users: readonly string[]): Load {
  const client = new Client(target, credentials.channel('recommendation'), {
    'grpc.ssl_target_name_override': 'recommendation',
    'grpc.default_authority': 'recommendation',
  });
  const encode = (message: object) => Buffer.from(requestType.encode(requestType.fromPartial(message)).finish());
  let made = 0;
  return {
    call: () =>
      new Promise((resolve, reject) => {
        made += 1;
        const metadata = new Metadata();
        metadata.set('x-user-id', users[made % users.length] ?? '');
        metadata.set('x-user-role', 'CUSTOMER');
        metadata.set('x-user-email', 'asha@example.com');
        metadata.set('x-session-id', 's');
        const decode = (bytes: Buffer) => responseType.decode(bytes);
        const options = { deadline: Date.now() + 10_000 };
        client.makeUnaryRequest(PATH, encode, decode, { limit: 10 }, metadata, options, (error, answer) => {
          if (error !== null) reject(error);
          else if (answer?.recommendations.length === 0) reject(new Error('An answer was empty.'));
          else resolve();
        });
      }),
    close: () => client.close(),
  };
}
