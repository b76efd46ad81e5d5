import type { InteractionKind } from './interaction.ts';

/** Why a product is shown. */
export type CauseKind = 'VIEWED' | 'CARTED' | 'BOUGHT' | 'TOGETHER' | 'POPULAR' | 'TRENDING' | 'POPULAR_IN_CATEGORY' | 'NEW_IN_CATEGORY';

/** Why a product is shown, and the product it is shown because of, for the kinds that have one. */
export interface Cause {
  readonly kind: CauseKind;
  readonly productId?: string;
  /** Empty while the product's creation is not known. */
  readonly productName?: string;
}

/** What an interaction of the shopper's own is a cause of. */
export const CAUSED_BY: Readonly<Record<InteractionKind, CauseKind>> = { VIEW: 'VIEWED', CART: 'CARTED', ORDER: 'BOUGHT' };

/** The cause for people. @param categoryName of the product shown; empty when it is not known */
export function causeText({ kind, productName = '' }: Cause, categoryName: string): string {
  const what = productName === '' ? 'something like it' : productName;
  const where = categoryName === '' ? 'its category' : categoryName;
  switch (kind) {
    case 'VIEWED':
      return `Because you viewed ${what}`;
    case 'CARTED':
      return `Because you put ${what} into your cart`;
    case 'BOUGHT':
      return `Because you bought ${what}`;
    case 'TOGETHER':
      return `Viewed or bought together with ${what}`;
    case 'POPULAR':
      return 'Popular now';
    case 'TRENDING':
      return 'Trending now';
    case 'POPULAR_IN_CATEGORY':
      return `Popular in ${where}`;
    case 'NEW_IN_CATEGORY':
      return `New in ${where}`;
  }
}

/** Whether the kind speaks of the category of the product shown. */
export function namesCategory(kind: CauseKind): boolean {
  return kind === 'POPULAR_IN_CATEGORY' || kind === 'NEW_IN_CATEGORY';
}
