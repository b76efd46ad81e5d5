import type { Money } from '@shopverse/mesh/money';
import { moneyText } from './money-text.ts';
import type { NoticeFacts, NoticeText } from './notice.ts';

/** An order line as its event tells it. */
export interface Line {
  readonly name: string;
  readonly quantity: number;
  readonly total: Money;
}

/** An order as its events tell it. */
export interface OrderFacts {
  readonly orderId: string;
  readonly total: Money;
  readonly lines: readonly Line[];
}

/** A payment as its events tell it. */
export interface PaymentFacts {
  readonly paymentId: string;
  readonly orderId: string;
  readonly amount: Money;
}

/** Longest free text from another service that is shown. */
const MAX_REASON = 300;
/** Most order lines that are written out in a mail. */
const MAX_LINES = 50;

/** The facts of a notice that has none. */
export const NOTHING: NoticeFacts = { order: '', amount: '', lines: [], reason: '', method: '', shipment: '', what: '', when: '' };

/** The short name of an order that people read out to each other: the random end of its id. */
export function orderName(orderId: string): string {
  return orderId.replaceAll('-', '').slice(-8).toUpperCase();
}

/** The welcome. The recipient's name is added when the mail is written, so that it is kept in one place only. */
export function welcome(): NoticeText {
  return {
    kind: 'REGISTERED',
    title: 'Welcome to ShopVerse',
    body: 'Your account is ready. Have a look around; what you like will be remembered.',
    subjectId: '',
    facts: NOTHING,
  };
}

/** Somebody signed in from a device that was not seen before. `userAgent` is what their program calls itself. */
export function loggedIn({ userAgent, at }: { readonly userAgent: string; readonly at: Date }): NoticeText {
  const what = userAgent === '' ? 'an unknown device' : shortened(userAgent);
  const when = timeText(at);
  return {
    kind: 'LOGGED_IN',
    title: 'New sign-in to your account',
    body: `Your account was signed in to from ${what} on ${when}. If it was not you, change your password.`,
    subjectId: '',
    facts: { ...NOTHING, what, when },
  };
}

/** To admins: there is little left of a product. */
export function stockLow(product: {
  readonly productId: string;
  readonly name: string;
  readonly sku: string;
  readonly available: bigint;
  readonly threshold: bigint;
}): NoticeText {
  const what = shortened(`${product.name} (${product.sku})`);
  const reason = `${product.available} left; the threshold is ${product.threshold}.`;
  return {
    kind: 'STOCK_LOW',
    title: `Low stock: ${what}`,
    body: reason,
    subjectId: product.productId,
    facts: { ...NOTHING, what, reason },
  };
}

/** To admins: a product was added. */
export function productCreated(product: {
  readonly productId: string;
  readonly name: string;
  readonly sku: string;
  readonly price: Money;
}): NoticeText {
  const what = shortened(`${product.name} (${product.sku})`);
  const amount = moneyText(product.price);
  return {
    kind: 'PRODUCT_CREATED',
    title: `New product: ${what}`,
    body: `${what} is in the catalogue at ${amount}.`,
    subjectId: product.productId,
    facts: { ...NOTHING, what, amount },
  };
}

/** To admins: an import of products has ended. */
export function productsImported(done: {
  readonly importId: string;
  readonly fileName: string;
  readonly created: bigint;
  readonly updated: bigint;
  readonly unchanged: bigint;
  readonly refused: bigint;
  /** Why it could not go on; empty when it did. */
  readonly failure: string;
}): NoticeText {
  const what = done.fileName === '' ? 'An import' : `The import of ${shortened(done.fileName)}`;
  const counts = `${done.created} added, ${done.updated} changed, ${done.unchanged} as they were, ${done.refused} refused.`;
  const reason = done.failure === '' ? counts : `${done.failure} Until then: ${counts}`;
  return {
    kind: 'PRODUCTS_IMPORTED',
    title: `${what} has ${done.failure === '' ? 'ended' : 'failed'}`,
    body: reason,
    subjectId: done.importId,
    facts: { ...NOTHING, what, reason },
  };
}

/** What a mail says about the products of a day. `products` may be only some of them. */
export function productDigest(
  count: number,
  products: readonly { readonly title: string }[],
  day: Date,
): { subject: string; facts: NoticeFacts } {
  const subject = count === 1 ? 'One product was added' : `${count} products were added`;
  const lines = products.slice(0, MAX_LINES).map(({ title }) => ({ name: title, quantity: 1, total: '' }));
  const more = count - lines.length;
  const when = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }).format(day);
  return { subject, facts: { ...NOTHING, lines, when, reason: more > 0 ? `And ${more} more.` : '' } };
}

/** An order waits for its payment. */
export function orderPlaced(order: OrderFacts): NoticeText {
  const facts = orderFacts(order);
  return {
    kind: 'ORDER_PLACED',
    title: `Order ${facts.order} received`,
    body: `${pieces(order)} set aside for you. Pay ${facts.amount} to confirm your order.`,
    subjectId: order.orderId,
    facts,
  };
}

/** An order was paid. */
export function orderConfirmed(order: OrderFacts): NoticeText {
  const facts = orderFacts(order);
  return {
    kind: 'ORDER_CONFIRMED',
    title: `Order ${facts.order} confirmed`,
    body: `Thank you. Your order of ${facts.amount} is paid and will be on its way soon.`,
    subjectId: order.orderId,
    facts,
  };
}

/** An order will not be fulfilled. `reason` is shown as it is. */
export function orderCancelled(order: OrderFacts & { readonly reason: string }): NoticeText {
  const facts = { ...orderFacts(order), reason: shortened(order.reason) };
  return {
    kind: 'ORDER_CANCELLED',
    title: `Order ${facts.order} cancelled`,
    body: joined('Your order was cancelled.', facts.reason),
    subjectId: order.orderId,
    facts,
  };
}

/** An order is on its way. */
export function orderShipped(order: OrderFacts & { readonly carrier: string; readonly trackingNumber: string }): NoticeText {
  const facts = { ...orderFacts(order), shipment: shortened(`${order.carrier}, ${order.trackingNumber}`) };
  return {
    kind: 'ORDER_SHIPPED',
    title: `Order ${facts.order} shipped`,
    body: `Your order is on its way: ${facts.shipment}.`,
    subjectId: order.orderId,
    facts,
  };
}

/** An order has arrived. */
export function orderDelivered(order: OrderFacts): NoticeText {
  const facts = orderFacts(order);
  return {
    kind: 'ORDER_DELIVERED',
    title: `Order ${facts.order} delivered`,
    body: 'Your order has arrived. We hope you like it.',
    subjectId: order.orderId,
    facts,
  };
}

/** Money was captured. */
export function paymentSucceeded(payment: PaymentFacts & { readonly method: string }): NoticeText {
  const facts = { ...paymentFacts(payment), method: payment.method };
  return {
    kind: 'PAYMENT_SUCCEEDED',
    title: `Payment of ${facts.amount} received`,
    body: `We received ${facts.amount} for your order ${facts.order}.`,
    subjectId: payment.paymentId,
    facts,
  };
}

/** A payment came to nothing. */
export function paymentFailed(payment: PaymentFacts & { readonly reason: string }): NoticeText {
  const facts = { ...paymentFacts(payment), reason: shortened(payment.reason) };
  return {
    kind: 'PAYMENT_FAILED',
    title: `Payment for order ${facts.order} failed`,
    body: joined(`Your payment of ${facts.amount} failed and nothing was charged.`, facts.reason),
    subjectId: payment.paymentId,
    facts,
  };
}

/** Money is on its way back to the customer's bank. */
export function paymentRefunded(payment: PaymentFacts & { readonly reason: string }): NoticeText {
  const facts = { ...paymentFacts(payment), reason: shortened(payment.reason) };
  return {
    kind: 'PAYMENT_REFUNDED',
    title: `Refund of ${facts.amount} for order ${facts.order}`,
    body: joined(`${facts.amount} of your order ${facts.order} are on their way back to you.`, facts.reason),
    subjectId: payment.paymentId,
    facts,
  };
}

function orderFacts({ orderId, total, lines }: OrderFacts): NoticeFacts {
  const shown = lines.slice(0, MAX_LINES).map((line) => ({ name: line.name, quantity: line.quantity, total: moneyText(line.total) }));
  return { ...NOTHING, order: orderName(orderId), amount: moneyText(total), lines: shown };
}

function paymentFacts({ orderId, amount }: PaymentFacts): NoticeFacts {
  return { ...NOTHING, order: orderName(orderId), amount: moneyText(amount) };
}

function pieces({ lines }: OrderFacts): string {
  const count = lines.reduce((sum, line) => sum + line.quantity, 0);
  return count === 1 ? 'One item is' : `${count} items are`;
}

/** See `NoticeFacts.when`. */
export function timeText(at: Date): string {
  return `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(at)} UTC`;
}

function shortened(reason: string): string {
  const line = reason.replaceAll(/\s+/g, ' ').trim();
  return line.length <= MAX_REASON ? line : `${line.slice(0, MAX_REASON - 1)}…`;
}

function joined(sentence: string, reason: string): string {
  return reason === '' ? sentence : `${sentence} ${/[.!?…]$/.test(reason) ? reason : `${reason}.`}`;
}
