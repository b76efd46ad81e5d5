import { Findings, type Patience, type Verdict } from './findings.ts';
import type { AuditedOrder, OrderStory } from './order-stories.ts';
import type { StoryCheck } from './story-check.ts';
import type { Stores } from './stores.ts';

/** Events of one outbox that are named. */
const MOST_NAMED = 20;

const WAITING = `
  select (select count(*)::int from (select from outbox limit 100000) as counted) as waiting,
    coalesce((select jsonb_agg(jsonb_build_array(id, type, created_at))
      from (select id, type, created_at from outbox where created_at < $1 order by position limit ${MOST_NAMED}) as late), '[]') as late`;

/**
 * Invariant 4: each move of an order was made once, with its history, and no event is stuck on its way out. That events had their effects shows in the invariants
 * about money, stock and figures.
 */
export function delivery(
  stores: Pick<Stores, 'senders'>,
  patience: Patience,
): StoryCheck & { readonly lookAtOutboxes: () => Promise<void> } {
  const findings = new Findings(patience);
  let [moves, waiting] = [0, 0];
  return {
    look({ order }: OrderStory): void {
      if (order === undefined) return;
      moves += order.history.length;
      const fault = faultOf(order);
      if (fault !== undefined) findings.wrong(order.id, fault);
    },
    async lookAtOutboxes(): Promise<void> {
      const before = new Date(patience.now.getTime() - patience.stepMs);
      await Promise.all(
        Object.entries(stores.senders).map(async ([service, query]) => {
          const [row] = await query<{ waiting: number; late: [string, string, string][] }>(WAITING, [before]);
          waiting += row?.waiting ?? 0;
          for (const [id, type, since] of row?.late ?? []) findings.wrong(id, `${type} waits in the outbox of ${service} since ${since}`);
        }),
      );
    },
    verdict: (): Verdict =>
      findings.verdict(
        'delivery',
        'Every move was made once and is on record, and every event gets out',
        `${moves} moves, ${waiting} events waiting`,
      ),
  };
}

/** The moves must be one way from nothing to the order's state, each step once. What changes no state is a note (a refund, say), of which there may be many. */
function faultOf({ state, history }: AuditedOrder): string | undefined {
  const moves = history.filter(({ from, to }) => from !== to);
  const next = new Map(moves.map(({ from, to }) => [from, to]));
  if (next.size !== moves.length || new Set(moves.map(({ to }) => to)).size !== moves.length) return 'a move is in its history twice';
  let reached: string | null = null;
  for (let steps = 0; steps < moves.length; steps += 1) {
    const to = next.get(reached);
    if (to === undefined) return `its history has a gap behind ${reached ?? 'its beginning'}`;
    reached = to;
  }
  return reached === state ? undefined : `${state}, but its history ends with ${reached ?? 'nothing'}`;
}
