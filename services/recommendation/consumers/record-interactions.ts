import type { Interaction, InteractionKind } from '../domain/interaction.ts';
import { interested, type HalfLives } from '../domain/product.ts';
import type { Inbox } from '../store/inbox.ts';
import type { ProductStore } from '../store/product-store.ts';
import type { ShopperStore } from '../store/shopper-store.ts';

/** What recording needs. */
export interface RecordDeps {
  readonly inbox: Pick<Inbox, 'has' | 'add'>;
  readonly shoppers: Pick<ShopperStore, 'remember'>;
  readonly products: Pick<ProductStore, 'change'>;
  readonly halfLives: HalfLives;
}

/** An event by which somebody was interested in products. */
export interface Interactions {
  readonly userId: string;
  readonly kind: InteractionKind;
  readonly at: Date;
  /** Each once. */
  readonly productIds: readonly string[];
}

/** What of an event tells it from others. */
export interface Origin {
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  /** Aborts when the partition is no longer this process's. */
  readonly signal: AbortSignal;
}

/**
 * Works one event into the shopper's history and into the ranks of its products, each exactly once without a transaction: an event whose effects are all
 * there is in the inbox. One that was cut short is handled again before any later event of its partition; its history knows it by its id, and each product
 * knows the last event it took from this partition.
 */
export async function recordInteractions(
  { inbox, shoppers, products, halfLives }: RecordDeps,
  { id: eventId, topic, partition, signal }: Origin,
  { userId, kind, at, productIds }: Interactions,
): Promise<void> {
  if (await inbox.has(eventId)) return;
  const source = `${topic}/${partition}`;
  const interest = { kind, at, eventId, source };
  for (const productId of productIds) {
    await products.change(productId, (product) => {
      // Whoever has the partition now may be further on already.
      signal.throwIfAborted();
      return interested(product, interest, halfLives);
    });
  }
  // After the ranks, as what is new in a history is what the lists of similar products are made anew for, ranks and all.
  const interactions: readonly Interaction[] = productIds.map((productId) => ({ eventId, productId, kind, at }));
  await shoppers.remember(userId, interactions, new Date());
  await inbox.add(eventId, new Date());
}
