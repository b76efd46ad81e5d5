import { randomUUID } from 'node:crypto';
import type { Dashboard } from '@shopverse/client/gen/analytics';
import type { Order } from '@shopverse/client/gen/order';
import type { Product } from '@shopverse/client/gen/product';
import type { ShopServices } from '@shopverse/client/shop';
import { eventually } from './eventually.ts';
import { nanos, shown } from './money.ts';
import { payAtSandbox } from './sandbox.ts';
import { findTrace } from './trace-check.ts';
import { tracedShop } from './traced-shop.ts';
import { UnexpectedAnswer } from './unexpected-answer.ts';

/** Where the stack is, and who runs the shop. */
export interface DemoTarget {
  readonly edgeUrl: string;
  readonly mailUrl: string;
  readonly sandboxUrl: string;
  /** Undefined while Jaeger is not there; `jaegerNote` says why. */
  readonly jaegerUrl?: string | undefined;
  readonly jaegerNote?: string | undefined;
  readonly adminEmail: string;
  readonly adminPassword: string;
}

/** What a step has to say: a sentence, and the ids of what it made or saw. */
export interface StepOutcome {
  readonly says: string;
  readonly ids?: Readonly<Record<string, string>>;
}

/** One step of the story. */
export interface Step {
  readonly name: string;
  readonly run: () => Promise<StepOutcome>;
}

const QUANTITY = 2;
const HOME = {
  recipient: 'Asha Rao',
  street: '12 MG Road',
  city: 'Bengaluru',
  state: 'Karnataka',
  postalCode: '560001',
  countryCode: 'IN',
};

/** A customer's whole story, step by step; each uses what the ones before it found. */
export function story(target: DemoTarget): { readonly traceId: string; readonly steps: readonly Step[] } {
  const { traceId, traceparent, connect } = tracedShop(target.edgeUrl);
  const anybody = connect();
  const email = `demo-${randomUUID()}@example.com`;
  const password = `correct horse ${randomUUID()}`;
  const key = randomUUID();
  let customer: ShopServices;
  let admin: ShopServices;
  let before: Dashboard;
  let product: Product;
  let order: Order;

  const logIn = async (address: string, secret: string) =>
    connect((await anybody.auth.login({ email: address, password: secret })).accessToken);
  const dashboard = () => admin.analytics.getDashboard();
  const placeOrder = () =>
    customer.order.createOrder({ items: [{ productId: product.id, quantity: QUANTITY }], shippingAddress: HOME }, { idempotencyKey: key });

  const steps: Step[] = [
    {
      name: 'register',
      run: async () => {
        const { userId } = await anybody.auth.register({ fullName: 'Asha Rao', email, phone: '+919876543210', password });
        return { says: `${email} has an account`, ids: { user: userId } };
      },
    },
    {
      name: 'log in',
      run: async () => {
        customer = await logIn(email, password);
        admin = await logIn(target.adminEmail, target.adminPassword);
        before = await dashboard();
        return { says: `the customer, and the admin who sees ${before.confirmedOrders} sales so far` };
      },
    },
    {
      name: 'search the catalogue',
      run: async () => {
        const { products } = await anybody.product.listProducts({ query: 'kitchen', inStock: true, pageSize: 20 });
        const found = products.find(({ available }) => BigInt(available) >= 10n);
        must(found !== undefined, 'the search for "kitchen" found nothing with ten in stock');
        product = found;
        return { says: `"kitchen" finds ${products.length}, among them ${found.name}`, ids: { product: found.id } };
      },
    },
    {
      name: 'view a product',
      run: async () => {
        product = await customer.product.getProduct({ id: product.id });
        return { says: `${product.name}, ${shown(product.price)}, ${product.available} in stock` };
      },
    },
    {
      name: 'place an order',
      run: async () => {
        order = await placeOrder();
        must(order.state === 'ORDER_STATE_PENDING_PAYMENT', `the order is ${order.state}`);
        must(
          nanos(order.total) === nanos(product.price) * BigInt(QUANTITY),
          `the total ${shown(order.total)} is not ${QUANTITY} times ${shown(product.price)}`,
        );
        const again = await placeOrder();
        must(again.id === order.id, 'the same idempotency key made a second order');
        const { available } = await anybody.product.getProduct({ id: product.id });
        must(
          BigInt(available) <= BigInt(product.available) - BigInt(QUANTITY),
          `of ${product.available} in stock, ${available} are left: nothing was set aside`,
        );
        return {
          says: `${QUANTITY} x ${product.name} = ${shown(order.total)}; sent twice with one key, placed once; ${available} left to sell`,
          ids: { order: order.id },
        };
      },
    },
    {
      name: 'pay',
      run: async () => {
        const payment = await customer.payment.createPayment({ orderId: order.id });
        must(nanos(payment.amount) === nanos(order.total), `the payment is over ${shown(payment.amount)}`);
        await payAtSandbox(target.sandboxUrl, payment.providerOrderId, traceparent());
        return {
          says: `${shown(payment.amount)} by UPI at the provider's page; its signed webhook is on the way`,
          ids: { payment: payment.id },
        };
      },
    },
    {
      name: 'the order is confirmed',
      run: async () => {
        await eventually('The confirmation', async () => {
          const { state } = await customer.order.getOrder({ id: order.id });
          must(state === 'ORDER_STATE_PENDING_PAYMENT' || state === 'ORDER_STATE_CONFIRMED', `the order became ${state}`);
          return state === 'ORDER_STATE_CONFIRMED' ? true : undefined;
        });
        return { says: 'webhook -> payment -> event -> order' };
      },
    },
    {
      name: 'the notification is in the inbox',
      run: async () => {
        await eventually('The notification', async () => {
          const { notifications } = await customer.notification.listMyNotifications({ pageSize: 50 });
          return notifications.find(({ kind, subjectId }) => kind === 'NOTIFICATION_KIND_ORDER_CONFIRMED' && subjectId === order.id);
        });
        const { unread } = await customer.notification.countUnread();
        return { says: `${unread} unread, the confirmation among them` };
      },
    },
    {
      name: 'the mail is in the catcher',
      run: async () => {
        const subject = await eventually('The mail', async () => {
          const response = await fetch(`${target.mailUrl}/api/messages?to=${encodeURIComponent(email)}`, {
            signal: AbortSignal.timeout(5_000),
          });
          const { messages } = (await response.json()) as { messages: readonly { readonly subject: string }[] };
          return messages.map((message) => message.subject).find((text) => /confirmed/i.test(text));
        });
        return { says: `"${subject}" to ${email}` };
      },
    },
    {
      name: "the admin's analytics show the sale",
      run: async () => {
        // With what others were given back meanwhile: a refund elsewhere must not hide this sale.
        const takenIn = ({ revenue, refunded }: Dashboard) =>
          [...revenue, ...refunded]
            .filter(({ currencyCode }) => currencyCode === order.total?.currencyCode)
            .reduce((total, money) => total + nanos(money), 0n);
        let seen = before;
        const after = await eventually(
          () => `The sale in the dashboard, which shows ${seen.confirmedOrders} sales now and ${before.confirmedOrders} before it,`,
          async () => {
            seen = await dashboard();
            const sold = BigInt(seen.confirmedOrders) > BigInt(before.confirmedOrders);
            return sold && takenIn(seen) >= takenIn(before) + nanos(order.total) ? seen : undefined;
          },
        );
        return { says: `${after.confirmedOrders} sales of ${after.orders} orders, ${after.revenue.map(shown).join(', ')}` };
      },
    },
    {
      name: 'recommendations change',
      run: async () => {
        const personal = await eventually('A personal recommendation', async () => {
          const seen = await customer.recommendation.getRecommendations({ limit: 5 });
          return seen.source === 'RECOMMENDATION_SOURCE_PERSONAL' && seen.recommendations.length > 0 ? seen : undefined;
        });
        const ids = personal.recommendations.map(({ productId }) => productId);
        must(!ids.includes(product.id), 'what was just bought is recommended');
        return { says: `${ids.length} products by what was viewed and bought` };
      },
    },
    {
      name: 'the trace is in Jaeger',
      run: async () => {
        if (target.jaegerUrl === undefined) return { says: `not yet: ${target.jaegerNote ?? 'Jaeger is not part of this stack'}` };
        const { spans, services } = await findTrace(target.jaegerUrl, traceId);
        return {
          says: `${spans} spans of ${services.join(', ')}: ${target.jaegerUrl}/trace/${traceId}`,
          ids: { trace: traceId },
        };
      },
    },
  ];
  return { traceId, steps };
}

function must(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new UnexpectedAnswer(`${otherwise[0]?.toUpperCase() ?? ''}${otherwise.slice(1)}.`);
}
