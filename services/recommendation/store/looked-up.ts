import type { Document } from 'mongodb';
import { toDetails, type DetailDocument, type ProductDetails } from './product-store.ts';

/**
 * Stages that put the products of a document's `shortlist` beside its `fields`, so that a list and what is in stock of it are one read. They are whole
 * documents: the local part can't cut fields inside of arrays.
 */
export function withShortlist(fields: Readonly<Record<string, 1>>): Document[] {
  return [
    { $lookup: { from: 'products', localField: 'shortlist', foreignField: '_id', as: 'found' } },
    { $project: { ...fields, found: 1 } },
  ];
}

/** Products that were found, by id. */
export function byId(found: readonly DetailDocument[]): ReadonlyMap<string, ProductDetails> {
  return new Map(found.map((document) => [document._id, toDetails(document)]));
}
