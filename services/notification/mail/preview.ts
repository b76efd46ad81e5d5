import { join } from 'node:path';
import {
  loggedIn,
  orderCancelled,
  orderConfirmed,
  orderDelivered,
  orderPlaced,
  orderShipped,
  paymentFailed,
  paymentRefunded,
  paymentSucceeded,
  productCreated,
  productsImported,
  productDigest,
  stockLow,
  welcome,
} from '../domain/notice-texts.ts';
import { passwordChanged, passwordReset, roleChanged, sessionEnded } from '../domain/security-notices.ts';
import { NOTICE_KINDS, type NoticeFacts, type NoticeKind, type NoticeText } from '../domain/notice.ts';
import { loadTemplates, templateOf, type MailBody } from './templates.ts';

/** A mail as it would go out to somebody. */
export interface MailPreview extends MailBody {
  readonly template: string;
  readonly subject: string;
}

/** Templates that can be previewed: one for each kind of notice. */
export const templateNames: readonly string[] = NOTICE_KINDS.map(templateOf);

/** Fills a template with what it might be about. Undefined when there is none of this name. */
export async function previewMail(template: string): Promise<MailPreview | undefined> {
  const kind = NOTICE_KINDS.find((one) => templateOf(one) === template);
  if (kind === undefined) return undefined;
  const render = await loadTemplates(join(import.meta.dirname, '..', 'templates'));
  const { subject, facts } = contentOf(samples[kind]);
  return {
    template,
    subject,
    ...render({ kind, subject, name: 'Asha Rao', facts, link: 'https://shop.example/reset-password#token=only-in-the-mail' }),
  };
}

const inr = (minor: bigint) => ({ currency: 'INR', minor });
const orderId = '0192f3c4-7a1b-7c2d-8e3f-a1b2c3d4e5f6';
const order = {
  orderId,
  total: inr(129_900n),
  lines: [
    { name: 'Copper kettle, 1.5 l', quantity: 1, total: inr(99_900n) },
    { name: 'Tea cup', quantity: 3, total: inr(30_000n) },
  ],
};
const payment = { paymentId: '0192f3c4-7a1b-7c2d-8e3f-000000000001', orderId, amount: inr(129_900n) };
const product = { productId: '0192f3c4-7a1b-7c2d-8e3f-000000000002', name: 'Copper kettle, 1.5 l', sku: 'KETTLE-CU-15' };
const at = new Date('2026-01-10T16:30:00Z');

const samples: Readonly<Record<NoticeKind, NoticeText>> = {
  REGISTERED: welcome(),
  LOGGED_IN: loggedIn({ userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', at }),
  PASSWORD_RESET: passwordReset({ resetId: '0192f3c4-7a1b-7c2d-8e3f-000000000003', expiresAt: at }),
  PASSWORD_CHANGED: passwordChanged({ byReset: false, at }),
  SESSION_ENDED: sessionEnded({ at }),
  ROLE_CHANGED: roleChanged({ admin: true, at }),
  STOCK_LOW: stockLow({ ...product, available: 3n, threshold: 5n }),
  PRODUCT_CREATED: productCreated({ ...product, price: inr(99_900n) }),
  PRODUCTS_IMPORTED: productsImported({
    importId: '0192f3c4-7a1b-7c2d-8e3f-000000000004',
    fileName: 'spring.csv',
    created: 1_200n,
    updated: 300n,
    unchanged: 8_000n,
    refused: 2n,
    failure: '',
  }),
  ORDER_PLACED: orderPlaced(order),
  ORDER_CONFIRMED: orderConfirmed(order),
  ORDER_CANCELLED: orderCancelled({ ...order, reason: 'It was not paid in time.' }),
  ORDER_SHIPPED: orderShipped({ ...order, carrier: 'India Post', trackingNumber: 'EE123456789IN' }),
  ORDER_DELIVERED: orderDelivered(order),
  PAYMENT_SUCCEEDED: paymentSucceeded({ ...payment, method: 'upi' }),
  PAYMENT_FAILED: paymentFailed({ ...payment, reason: 'The bank refused it.' }),
  PAYMENT_REFUNDED: paymentRefunded({ ...payment, reason: 'The order was cancelled.' }),
};

function contentOf({ kind, title, facts }: NoticeText): { readonly subject: string; readonly facts: NoticeFacts } {
  return kind === 'PRODUCT_CREATED'
    ? productDigest(2, [{ title }, { title: 'New product: Tea cup (CUP-01)' }], at)
    : { subject: title, facts };
}
