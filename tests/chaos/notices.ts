import { edge, type Customer } from '../customer.ts';
import { lookUntil } from './look-until.ts';

/** Longest time that notices may take after all orders have their end, in milliseconds: what waited while a server was away comes at the speed of MongoDB's local part. */
const PATIENCE_MS = 600_000;
/** How often the inboxes are read, in milliseconds: reading them slows down who fills them. */
const INTERVAL_MS = 5_000;
/** Most pages of an inbox that are read. */
const MOST_PAGES = 200;

/** Steps of orders that the buyers were not told of (`ORDER_PLACED <order id>`), and how often they were told again. Waits for those that are late. */
export async function noticesOf(
  people: readonly Customer[],
  states: ReadonlyMap<string, string>,
): Promise<{ readonly lost: readonly string[]; readonly doubled: number }> {
  const due = [...states].flatMap(([id, state]) => [`ORDER_PLACED ${id}`, ...(state === 'CONFIRMED' ? [`ORDER_CONFIRMED ${id}`] : [])]);
  const tokens = await Promise.all(people.map(({ logInAgain }) => logInAgain())); // the load may have lasted longer than a token
  const look = async () => {
    const told = (await Promise.all(tokens.map(inboxOf))).flat();
    const counts = new Map<string, number>();
    for (const one of told) counts.set(one, (counts.get(one) ?? 0) + 1);
    const lost = due.filter((one) => !counts.has(one));
    const doubled = [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
    return { lost, doubled };
  };
  return lookUntil(look, ({ lost }) => lost.length === 0, { timeoutMs: PATIENCE_MS, intervalMs: INTERVAL_MS });
}

/** What somebody was told of their orders: `ORDER_PLACED <order id>`. */
async function inboxOf(token: string): Promise<string[]> {
  const told: string[] = [];
  let pageToken = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { json } = await edge(`/v1/users/me/notifications?pageSize=100&pageToken=${encodeURIComponent(pageToken)}`, { token });
    const { notifications, nextPageToken = '' } = json as {
      notifications: { kind: string; subjectId: string }[];
      nextPageToken?: string;
    };
    for (const { kind, subjectId } of notifications)
      if (kind.startsWith('NOTIFICATION_KIND_ORDER_')) told.push(`${kind.replace('NOTIFICATION_KIND_', '')} ${subjectId}`);
    if (nextPageToken === '') return told;
    pageToken = nextPageToken;
  }
  return told;
}
