/** What a notice is about. Each kind has a pair of mail templates of its name. */
export const NOTICE_KINDS = [
  'REGISTERED',
  'LOGGED_IN',
  'PASSWORD_RESET',
  'PASSWORD_CHANGED',
  'SESSION_ENDED',
  'ROLE_CHANGED',
  'STOCK_LOW',
  'PRODUCT_CREATED',
  'PRODUCTS_IMPORTED',
  'ORDER_PLACED',
  'ORDER_CONFIRMED',
  'ORDER_CANCELLED',
  'ORDER_SHIPPED',
  'ORDER_DELIVERED',
  'PAYMENT_SUCCEEDED',
  'PAYMENT_FAILED',
  'PAYMENT_REFUNDED',
] as const;
/** See `NOTICE_KINDS`. */
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Whether mails about a kind of thing wait for the end of the day and go out as one. */
export const isDigested = (kind: NoticeKind): boolean => kind === 'PRODUCT_CREATED';

/** One line of an order, as a mail shows it. */
export interface LineFact {
  readonly name: string;
  readonly quantity: number;
  /** Price of all pieces, formatted. */
  readonly total: string;
}

/** What the templates may show. Every template gets every field, so that a missing one is a mistake that shows in the tests. */
export interface NoticeFacts {
  /** The order as people name it: "7F3A91C2"; empty when the notice is about none. */
  readonly order: string;
  /** Formatted amount; empty when there is none. */
  readonly amount: string;
  readonly lines: readonly LineFact[];
  /** Why something failed or ended, one sentence; empty when there is nothing to say. */
  readonly reason: string;
  /** How it was paid: "upi"; empty when unknown. */
  readonly method: string;
  /** Who carries it and how it is found: "India Post, EE123456789IN"; empty when it is about no shipment. */
  readonly shipment: string;
  /** From where somebody signed in, or which product it is about; empty when it is about neither. */
  readonly what: string;
  /** When it was, "10 Jan 2026, 16:30 UTC"; empty when that is of no matter. */
  readonly when: string;
  /** Which password reset it is about; the mail gets its link when it leaves. @default none */
  readonly resetId?: string;
}

/** What is said, before it is known to whom. */
export interface NoticeText {
  readonly kind: NoticeKind;
  /** One line; also the mail's subject. */
  readonly title: string;
  /** One or two sentences, plain text. */
  readonly body: string;
  /** Id of the order or payment it is about; empty when it is about the account itself. */
  readonly subjectId: string;
  readonly facts: NoticeFacts;
}

/** Something due to one person because of one event. */
export interface Notice extends NoticeText {
  readonly id: string;
  readonly eventId: string;
  readonly userId: string;
  /** When the event happened. */
  readonly createdAt: Date;
}
