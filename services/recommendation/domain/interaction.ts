/** How much each kind of interaction says about what somebody likes. */
export const WEIGHTS = { VIEW: 1, CART: 3, ORDER: 5 } as const;
/** See `WEIGHTS`. */
export type InteractionKind = keyof typeof WEIGHTS;

/** Somebody did something with a product. */
export interface Interaction {
  readonly eventId: string;
  readonly productId: string;
  readonly kind: InteractionKind;
  readonly at: Date;
}
