import type { Verdict } from './findings.ts';
import type { OrderStory } from './order-stories.ts';

/** An invariant that can be judged order by order. */
export interface StoryCheck {
  readonly look: (story: OrderStory) => void;
  /** Call it when all stories were looked at. */
  readonly verdict: () => Verdict;
}
