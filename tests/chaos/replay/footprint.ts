import { createHash } from 'node:crypto';
import type { Stores } from '@shopverse/local/audit/stores';
import type { Stack } from '@shopverse/local/stack';
import { MongoClient } from 'mongodb';
import { edge, type SignedIn } from '../../customer.ts';

/** Where events have their effect, by database. What only keeps a process going (inboxes, outboxes, sessions, leases) is left out. */
const TABLES = {
  auth: ['accounts'],
  user: ['profiles', 'addresses', 'erasures'],
  product: ['products', 'stock', 'stock_movements', 'reservations', 'reservation_items', 'product_prices', 'categories'],
  order: ['orders', 'order_lines', 'order_history', 'unwanted_payments'],
  payment: ['payments', 'refunds', 'ledger_entries', 'discrepancies'],
} as const;
/** Columns that jobs change by the clock. */
const CLOCKED = ['reconcile_at', 'reconcile_tries'];

/** Of MongoDB's documents what events made; what jobs work out of it by the clock is left out. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, readonly string[] | undefined>>>> = {
  notification: {
    notices: undefined,
    recipients: undefined,
    devices: undefined,
    admins: undefined,
    mails: ['state', 'tries', 'sentAt', 'subject'],
  },
  recommendation: { products: ['name', 'available', 'popular', 'trending', 'listed', 'deleted'], shoppers: ['recent', 'bought'] },
};
const FIGURES = ['dashboard', 'revenue', 'orders', 'funnel', 'paymentMethods', 'eventCounts', 'customers', 'topProducts'] as const;

/** What the shop looks like: for each table, collection and figure how many there are and a digest of them all. */
export type Footprint = Readonly<Record<string, string>>;

/** Takes the footprint of a shop in which nothing is under way. `to`: figures are of what was before this. */
export async function footprintOf(stores: Stores, { addresses }: Stack, boss: SignedIn, to: string): Promise<Footprint> {
  const print: Record<string, string> = {};
  for (const [service, tables] of Object.entries(TABLES)) {
    for (const table of tables) {
      const row = `md5((to_jsonb(t) - array[${CLOCKED.map((column) => `'${column}'`).join(', ')}])::text)`;
      const query = `select count(*)::text as rows, md5(coalesce(string_agg(${row}, '' order by ${row}), '')) as digest from ${table} t`;
      const [found] = (await stores.senders[service]?.<{ rows: string; digest: string }>(query)) ?? [];
      print[`${service}.${table}`] = `${found?.rows ?? '?'} rows ${found?.digest ?? '?'}`;
    }
  }
  for (const [service, collections] of Object.entries(FIELDS)) {
    const client = new MongoClient(addresses.mongodb(service));
    try {
      for (const [collection, fields] of Object.entries(collections)) {
        const projection = fields === undefined ? undefined : Object.fromEntries(fields.map((field) => [field, 1]));
        const documents = await client.db().collection(collection).find({}, projection === undefined ? {} : { projection }).sort({ _id: 1 }).toArray(); // prettier-ignore
        print[`${service}.${collection}`] = `${documents.length} documents ${digestOf(JSON.stringify(documents))}`;
      }
    } finally {
      await client.close();
    }
  }
  for (const figure of FIGURES) {
    const { status, text } = await edge(`/v1/analytics/${figure}?${new URLSearchParams({ to }).toString()}`, { token: boss.token });
    if (status !== 200) throw new Error(`the figure ${figure} answered ${status}: ${text}`);
    print[`analytics.${figure}`] = text.replace(/"asOf":"[^"]*",?/, '');
  }
  return print;
}

/** What differs, by name. */
export const changesBetween = (before: Footprint, after: Footprint): string[] =>
  Object.keys(before).flatMap((name) => (before[name] === after[name] ? [] : [`${name}: ${before[name]} before, ${after[name]} after`]));

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
