import { describe, expect, it } from '@jest/globals';
import { moneyText } from './money-text.ts';
import {
  orderCancelled,
  orderConfirmed,
  orderDelivered,
  orderName,
  orderPlaced,
  orderShipped,
  paymentFailed,
  paymentRefunded,
  paymentSucceeded,
  productsImported,
  welcome,
} from './notice-texts.ts';

const inr = (minor: bigint) => ({ currency: 'INR', minor });
const order = {
  orderId: '0192f3c4-7a1b-7c2d-8e3f-a1b2c3d4e5f6',
  total: inr(129_900n),
  lines: [
    { name: 'Kettle', quantity: 1, total: inr(99_900n) },
    { name: 'Cup', quantity: 3, total: inr(30_000n) },
  ],
};
const done = { importId: 'imp-1', fileName: 'spring.csv', created: 3n, updated: 2n, unchanged: 1n, refused: 0n, failure: '' };
const payment = { paymentId: 'pay-1', orderId: order.orderId, amount: inr(129_900n) };

describe('an amount', () => {
  it.each([
    [inr(129_900n), '₹1,299.00'],
    [inr(1_234_567_890_123_456_789n), '₹12,34,56,78,90,12,34,567.89'],
    [inr(5n), '₹0.05'],
    [inr(0n), '₹0.00'],
    [inr(-150n), '-₹1.50'],
    [{ currency: 'JPY', minor: 1_299n }, 'JP¥1,299'],
    [{ currency: 'KWD', minor: 1_299n }, 'KWD\u00a01.299'],
  ])('%o reads "%s"', (money, text) => expect(moneyText(money)).toBe(text));
});

describe('a notice', () => {
  it.each([
    [welcome(), 'REGISTERED', 'Welcome to ShopVerse', 'Your account is ready.', ''],
    [orderPlaced(order), 'ORDER_PLACED', 'Order C3D4E5F6 received', '4 items are set aside for you. Pay ₹1,299.00 to confirm your order.', order.orderId],
    [orderConfirmed(order), 'ORDER_CONFIRMED', 'Order C3D4E5F6 confirmed', 'Your order of ₹1,299.00 is paid', order.orderId],
    [orderCancelled({ ...order, reason: 'It was not paid in time' }), 'ORDER_CANCELLED', 'Order C3D4E5F6 cancelled', 'Your order was cancelled. It was not paid in time.', order.orderId],
    [orderShipped({ ...order, carrier: 'India Post', trackingNumber: 'EE1' }), 'ORDER_SHIPPED', 'Order C3D4E5F6 shipped', 'on its way: India Post, EE1.', order.orderId],
    [orderDelivered(order), 'ORDER_DELIVERED', 'Order C3D4E5F6 delivered', 'has arrived', order.orderId],
    [paymentSucceeded({ ...payment, method: 'upi' }), 'PAYMENT_SUCCEEDED', 'Payment of ₹1,299.00 received', 'We received ₹1,299.00 for your order C3D4E5F6.', 'pay-1'],
    [paymentFailed({ ...payment, reason: 'The bank declined.' }), 'PAYMENT_FAILED', 'Payment for order C3D4E5F6 failed', 'nothing was charged. The bank declined.', 'pay-1'],
    [paymentRefunded({ ...payment, reason: 'The order was cancelled.' }), 'PAYMENT_REFUNDED', 'Refund of ₹1,299.00 for order C3D4E5F6', '₹1,299.00 of your order C3D4E5F6 are on their way back to you. The order was cancelled.', 'pay-1'],
    [productsImported(done), 'PRODUCTS_IMPORTED', 'The import of spring.csv has ended', '3 added, 2 changed, 1 as they were, 0 refused.', 'imp-1'],
    [productsImported({ ...done, fileName: '', failure: 'No columns.' }), 'PRODUCTS_IMPORTED', 'An import has failed', 'No columns. Until then: 3 added', 'imp-1'],
  ])('says what happened and to what: %#', (notice, kind, title, body, subjectId) => {
    expect(notice).toMatchObject({ kind, title, body: expect.stringContaining(body), subjectId });
  }); // prettier-ignore

  it('of one piece speaks of one item', () => {
    expect(orderPlaced({ ...order, lines: order.lines.slice(0, 1) }).body).toMatch(/^One item is /);
  });

  it('says nothing of a reason that was not given', () => {
    expect(orderCancelled({ ...order, reason: '' }).body).toBe('Your order was cancelled.');
  });

  it('keeps a reason to one line of some length, whatever another service writes', () => {
    const { facts } = orderCancelled({ ...order, reason: `a\r\nBcc: x@y.z\n${'b'.repeat(1_000)}` });
    expect(facts.reason).toHaveLength(300);
    expect(facts.reason).not.toMatch(/[\r\n]/);
  });

  it('writes out no more lines than a mail can bear', () => {
    const lines = Array.from({ length: 80 }, () => ({ name: 'Cup', quantity: 1, total: inr(1n) }));
    expect(orderPlaced({ ...order, lines }).facts.lines).toHaveLength(50);
  });

  it('names an order by the random end of its id', () => {
    expect(orderName(order.orderId)).toBe('C3D4E5F6');
  });
});
