import { RecommendationSource } from '@shopverse/contracts/shopverse/recommendation/v1/recommendation';
import type {
  GetRecommendationsRequest,
  GetRecommendationsResponse,
} from '@shopverse/contracts/shopverse/recommendation/v1/recommendation_service';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Suggestion } from '../domain/recommend.ts';
import { pickForShopper, type PickDeps } from '../picking/pick-for-shopper.ts';
import { SHORTLIST } from '../store/documents.ts';
import type { ShopperStore } from '../store/shopper-store.ts';
import { limitOf, shown, type ShownDeps } from './shown.ts';

/** What recommending needs. */
export interface GetRecommendationsDeps extends ShownDeps, PickDeps {
  readonly shoppers: Pick<ShopperStore, 'answer' | 'find' | 'keepPicks'>;
  /** Age from which on picks are made anew, in milliseconds. */
  readonly picksMaxAgeMs: number;
}

/**
 * Products for the caller: similar to what they viewed and bought, filled up with what is popular; what is popular when nothing is known of them. Never what
 * they have just bought. One read when there are picks for them; else, two for somebody new, and five when the picks are made on the spot.
 */
export const getRecommendations =
  (deps: GetRecommendationsDeps): UnaryHandler<GetRecommendationsRequest, GetRecommendationsResponse> =>
  async (request, call) => {
    const limit = limitOf(request);
    const { userId } = signedIn(call);
    const answer = await deps.shoppers.answer(userId);
    if (answer === undefined) return popular(deps, limit);
    const { picks, pickedAt, known } = answer;
    if (picks !== undefined && pickedAt !== undefined && Date.now() - pickedAt.getTime() < deps.picksMaxAgeMs) {
      const recommendations = await shown(deps, picks, limit, { count: SHORTLIST, details: known });
      return { recommendations, source: RecommendationSource.PERSONAL };
    }
    const made = await pickNow(deps, userId);
    if (made === undefined) return popular(deps, limit);
    return { recommendations: await shown(deps, made, limit), source: RecommendationSource.PERSONAL };
  };

async function popular(deps: GetRecommendationsDeps, limit: number): Promise<GetRecommendationsResponse> {
  const list = await deps.lists.of('popular');
  const suggestions = list.map(({ productId, score }): Suggestion => ({ productId, score, cause: { kind: 'POPULAR' } }));
  return { recommendations: await shown(deps, suggestions, limit), source: RecommendationSource.POPULAR };
}

/** Undefined when nothing is known of the shopper by now. */
async function pickNow(deps: GetRecommendationsDeps, userId: string): Promise<Suggestion[] | undefined> {
  const shopper = await deps.shoppers.find(userId);
  if (shopper === undefined) return undefined;
  const now = Date.now();
  const picks = await pickForShopper(deps, shopper, now);
  // Nobody waits for it, and who asks next makes them again if it fails. Of a history with news, the job will.
  if (!shopper.fresh) deps.shoppers.keepPicks(shopper, picks, new Date(now)).catch(() => undefined);
  return picks;
}
