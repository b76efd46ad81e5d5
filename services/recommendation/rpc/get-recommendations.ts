import { RecommendationSource } from '@shopverse/contracts/shopverse/recommendation/v1/recommendation';
import type {
  GetRecommendationsRequest,
  GetRecommendationsResponse,
} from '@shopverse/contracts/shopverse/recommendation/v1/recommendation_service';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { justBought, strengths, type History } from '../domain/history.ts';
import { filledUp, personal, type Scored } from '../domain/recommend.ts';
import type { RankedLists } from '../store/ranked-lists.ts';
import type { ShopperStore } from '../store/shopper-store.ts';
import type { SimilarStore } from '../store/similar-store.ts';
import { limitOf, shown, type ShownDeps } from './shown.ts';

/** What recommending needs. */
export interface GetRecommendationsDeps extends ShownDeps {
  readonly shoppers: Pick<ShopperStore, 'find'>;
  readonly similar: Pick<SimilarStore, 'of'>;
  readonly lists: Pick<RankedLists, 'of'>;
  readonly halfLifeMs: number;
  readonly justBoughtMs: number;
}

/** Products of the history that similar ones are looked up for. */
const SOURCES = 20;

/**
 * Products for the caller: similar to what they viewed and bought, filled up with what is popular; what is popular when nothing is known of them. Never what
 * they have just bought. Three reads by key at most.
 */
export const getRecommendations =
  (deps: GetRecommendationsDeps): UnaryHandler<GetRecommendationsRequest, GetRecommendationsResponse> =>
  async (request, call) => {
    const limit = limitOf(request);
    const [history, popular] = await Promise.all([deps.shoppers.find(signedIn(call).userId), deps.lists.of('popular')]);
    if (history === undefined || history.recent.length === 0) {
      return { recommendations: await shown(deps, popular, limit), source: RecommendationSource.POPULAR };
    }
    return { recommendations: await shown(deps, await forShopper(deps, history, popular), limit), source: RecommendationSource.PERSONAL };
  };

async function forShopper(deps: GetRecommendationsDeps, history: History, popular: readonly Scored[]): Promise<Scored[]> {
  const now = Date.now();
  const interest = strengths(history, now, deps.halfLifeMs, SOURCES);
  const except = justBought(history, now, deps.justBoughtMs);
  const similar = await deps.similar.of([...interest.keys()]);
  return filledUp(personal(interest, similar, except), popular, except);
}
