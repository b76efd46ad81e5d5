import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInfrastructure } from '@shopverse/local/stack';
import { readConfig } from '@shopverse/mesh/config/read';
import { openMongo } from '@shopverse/mesh/store/mongodb';
import { settings } from '../services/recommendation/config.ts';
import { assemble } from '../services/recommendation/parts.ts';
import { indexes } from '../services/recommendation/store/documents.ts';
import { BenchHost } from './foundation/events/host.ts';
import { compare } from './recommendation/compare.ts';
import { readCsv } from './recommendation/csv.ts';
import { generate } from './recommendation/generate.ts';
import { measureLatency } from './recommendation/latency.ts';
import { learn } from './recommendation/learner.ts';
import { moved, split, type PurchaseHistory, type SplitHistory } from './recommendation/purchase-history.ts';
import type { Metric } from './result.ts';

/** What of the history trains; the rest tests. */
const TRAINING_PART = 0.8;

/**
 * How good the recommendations are: the service learns the first four fifths of a purchase history, by its own consumers and job on a MongoDB of its own, and
 * what it then recommends is looked for in the rest; next to what is popular, and to anything. The history is a file of `user,item,time`, or made
 * (recommendation/generate.ts says how).
 */
export async function recommendation({ quick, csv }: { readonly quick: boolean; readonly csv?: string | undefined }): Promise<Metric[]> {
  const history = upToNow(csv === undefined ? made(quick) : await readCsv(csv));
  const home = await mkdtemp(join(tmpdir(), 'shopverse-bench-'));
  await chmod(home, 0o755);
  const stack = await startInfrastructure(['mongodb'], { home });
  const host = new BenchHost('');
  try {
    const url = stack.addresses.mongodb('recommendation');
    const config = readConfig(settings, { MONGODB_URL: url, SIMILAR_SHOPPERS_PER_RUN: '500' });
    const service = assemble(await openMongo(host, { url, indexes }), config, { nameOf: () => '' });
    const started = performance.now();
    await learn(service, history);
    const seconds = (performance.now() - started) / 1_000;
    const { service: own, popular, random, ...rest } = await compare(service, history, config.JUST_BOUGHT_MS);
    const latency = await measureLatency(url, [...new Set(history.train.map(({ user }) => user))], { quick });
    const share = (metric: string, value: number): Metric => ({ metric, value, unit: 'share', runs: 1 });
    return [
      { ...share('hit_rate_at_10', own.hitRate), baseline: popular.hitRate, ratio: own.hitRate / popular.hitRate, goal: '> 1.2 x popular' },
      { ...share('ndcg_at_10', own.ndcg), baseline: popular.ndcg, ratio: own.ndcg / popular.ndcg, goal: '> 1.2 x popular' },
      share('hit_rate_at_10_popular', popular.hitRate),
      share('ndcg_at_10_popular', popular.ndcg),
      share('hit_rate_at_10_random', random.hitRate),
      share('ndcg_at_10_random', random.ndcg),
      share('recommended_share_of_catalogue', rest.coverage),
      { metric: 'test_shoppers', value: rest.shoppers, unit: 'shoppers', runs: 1 },
      { metric: 'test_shoppers_known', value: rest.known, unit: 'shoppers', runs: 1 },
      { metric: 'purchases_learned_per_second', value: history.train.length / seconds, unit: 'purchases/s', runs: 1 },
      ...latency,
    ];
  } finally {
    await host.stop();
    await stack.stop();
    await rm(home, { recursive: true, force: true });
  }
}

function made(quick: boolean): PurchaseHistory {
  const size = quick
    ? { customers: 250, categories: 10, productsPerCategory: 15 }
    : { customers: 800, categories: 15, productsPerCategory: 20 };
  return generate({ seed: 20_260_101, from: Date.UTC(2025, 0, 1), ...size });
}

/** The history cut, and moved so that the cut is now: the service forgets by the clock. */
function upToNow(history: PurchaseHistory): SplitHistory {
  const { at, train, test } = split(history, TRAINING_PART);
  if (train.length === 0 || test.length === 0) throw new Error('The history is too short to be cut in two.');
  return split(moved(history, at, Date.now()), TRAINING_PART);
}
