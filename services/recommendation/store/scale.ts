import type { Db } from 'mongodb';
import { ConfigError } from '@shopverse/mesh/config/read';
import type { HalfLives } from '../domain/product.ts';
import type { ScaleDocument } from './documents.ts';

/**
 * Makes sure that ranks are only ever added to ranks of the same half-life: the first process writes down the half-lives, every later one must have the same.
 *
 * @throws ConfigError when they differ
 */
export async function keepScale(database: Db, { popularMs, trendingMs }: HalfLives): Promise<void> {
  const scales = database.collection<ScaleDocument>('scale');
  await scales.updateOne({ _id: 'half-lives' }, { $setOnInsert: { popularMs, trendingMs } }, { upsert: true });
  const kept = await scales.findOne({ _id: 'half-lives' });
  if (kept === null || (kept.popularMs === popularMs && kept.trendingMs === trendingMs)) return;
  throw new ConfigError(
    `The stored scores were made with POPULAR_HALF_LIFE_MS=${kept.popularMs} and TRENDING_HALF_LIFE_MS=${kept.trendingMs}: ` +
      'set these again, or empty the recommendation database and let the events be consumed anew.',
  );
}
