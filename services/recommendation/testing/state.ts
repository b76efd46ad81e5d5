import type { Db } from 'mongodb';

/** Everything that recommendations are made of, without what differs between two equal histories (versions, moments of processing, what is derived). */
export async function stateOf(database: Db): Promise<unknown> {
  const products = await database.collection<{ _id: string; popular: number | null }>('products').find().sort({ _id: 1 }).toArray();
  const shoppers = await database.collection<{ _id: string }>('shoppers').find().sort({ _id: 1 }).toArray();
  const round = (rank: number | null) => (rank === null ? null : Math.round(rank * 1e9) / 1e9);
  return {
    products: products.map(({ popular, ...rest }) => ({ ...without(rest, 'version', 'counted', 'trending'), popular: round(popular) })),
    shoppers: shoppers.map((shopper) => without(shopper, 'version', 'freshSince', 'lastAt', 'picks', 'shortlist', 'pickedAt')),
  };
}

function without(document: object, ...fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !fields.includes(name)));
}
