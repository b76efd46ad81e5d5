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

const NOTHING: NoticeFacts = { order: '', amount: '', lines: [], reason: '', method: '', shipment: '' };

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

/** All of a cancelled order's money is back. */
export function orderRefunded(order: OrderFacts): NoticeText {
  const facts = orderFacts(order);
  return {
    kind: 'ORDER_REFUNDED',
    title: `Order ${facts.order} refunded`,
    body: `The ${facts.amount} of your cancelled order are on their way back to you.`,
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

function shortened(reason: string): string {
  const line = reason.replaceAll(/\s+/g, ' ').trim();
  return line.length <= MAX_REASON ? line : `${line.slice(0, MAX_REASON - 1)}…`;
}

function joined(sentence: string, reason: string): string {
  return reason === '' ? sentence : `${sentence} ${/[.!?…]$/.test(reason) ? reason : `${reason}.`}`;
}
