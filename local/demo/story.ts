import { randomUUID } from 'node:crypto';
import {
  nanos,
  shown,
  type DashboardJson,
  type NotificationJson,
  type OrderJson,
  type PaymentJson,
  type ProductJson,
  type RecommendationsJson,
  type TokenPairJson,
} from './answers.ts';
import { eventually } from './eventually.ts';
import { RestClient, UnexpectedAnswer } from './rest-client.ts';
import { findTrace } from './trace-check.ts';

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

/** A customer's whole story, step by step; each uses what the ones before it found. */
export function story(target: DemoTarget): { readonly traceId: string; readonly steps: readonly Step[] } {
  const rest = new RestClient(target.edgeUrl);
  const email = `demo-${randomUUID()}@example.com`;
  const password = `correct horse ${randomUUID()}`;
  const key = randomUUID();
  let token = '';
  let admin = '';
  let before: DashboardJson;
  let product: ProductJson;
  let order: OrderJson;

  const dashboard = () => rest.get<DashboardJson>('/v1/analytics/dashboard', { token: admin });
  const recommendations = () => rest.get<RecommendationsJson>('/v1/users/me/recommendations?limit=5', { token });
  const placeOrder = () =>
    rest.post<OrderJson>('/v1/orders', {
      token,
      idempotencyKey: key,
      body: {
        items: [{ productId: product.id, quantity: QUANTITY }],
        shippingAddress: {
          recipient: 'Asha Rao',
          street: '12 MG Road',
          city: 'Bengaluru',
          state: 'Karnataka',
          postalCode: '560001',
          countryCode: 'IN',
        },
      },
    });

  const steps: Step[] = [
    {
      name: 'register',
      run: async () => {
        const { userId } = await rest.post<{ userId: string }>('/v1/auth/register', {
          body: { fullName: 'Asha Rao', email, phone: '+919876543210', password },
        });
        return { says: `${email} has an account`, ids: { user: userId } };
      },
    },
    {
      name: 'log in',
      run: async () => {
        const login = async (body: object) => (await rest.post<TokenPairJson>('/v1/auth/login', { body })).accessToken;
        token = await login({ email, password });
        admin = await login({ email: target.adminEmail, password: target.adminPassword });
        before = await dashboard();
        return { says: `the customer, and the admin who sees ${before.confirmedOrders} sales so far` };
      },
    },
    {
      name: 'search the catalogue',
      run: async () => {
        const { products } = await rest.get<{ products: readonly ProductJson[] }>('/v1/products?query=kitchen&inStock=true&pageSize=20');
        const found = products.find(({ available }) => BigInt(available) >= 10n);
        must(found !== undefined, 'the search for "kitchen" found nothing with ten in stock');
        product = found;
        return { says: `"kitchen" finds ${products.length}, among them ${found.name}`, ids: { product: found.id } };
      },
    },
    {
      name: 'view a product',
      run: async () => {
        product = await rest.get<ProductJson>(`/v1/products/${product.id}`, { token });
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
        const { available } = await rest.get<ProductJson>(`/v1/products/${product.id}`);
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
        const payment = await rest.post<PaymentJson>('/v1/payments', { token, idempotencyKey: randomUUID(), body: { orderId: order.id } });
        must(nanos(payment.amount) === nanos(order.total), `the payment is over ${shown(payment.amount)}`);
        const sandbox = new RestClient(target.sandboxUrl);
        await sandbox.post(`/sandbox/orders/${payment.providerOrderId}/pay`, { body: { method: 'upi', outcome: 'success' } });
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
          const { state } = await rest.get<OrderJson>(`/v1/orders/${order.id}`, { token });
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
          const { notifications } = await rest.get<{ notifications: readonly NotificationJson[] }>(
            '/v1/users/me/notifications?pageSize=50',
            { token },
          );
          return notifications.find(({ kind, subjectId }) => kind === 'NOTIFICATION_KIND_ORDER_CONFIRMED' && subjectId === order.id);
        });
        const { unread } = await rest.get<{ unread: string }>('/v1/users/me/notifications:countUnread', { token });
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
        const revenueIn = ({ revenue = [] }: DashboardJson) =>
          revenue
            .filter(({ currencyCode }) => currencyCode === order.total.currencyCode)
            .reduce((total, money) => total + nanos(money), 0n);
        const after = await eventually('The sale in the dashboard', async () => {
          const seen = await dashboard();
          const sold = BigInt(seen.confirmedOrders) > BigInt(before.confirmedOrders);
          return sold && revenueIn(seen) >= revenueIn(before) + nanos(order.total) ? seen : undefined;
        });
        return { says: `${after.confirmedOrders} sales of ${after.orders} orders, ${(after.revenue ?? []).map(shown).join(', ')}` };
      },
    },
    {
      name: 'recommendations change',
      run: async () => {
        const personal = await eventually('A personal recommendation', async () => {
          const seen = await recommendations();
          return seen.source === 'RECOMMENDATION_SOURCE_PERSONAL' && (seen.recommendations?.length ?? 0) > 0 ? seen : undefined;
        });
        const ids = (personal.recommendations ?? []).map(({ productId }) => productId);
        must(!ids.includes(product.id), 'what was just bought is recommended');
        return { says: `${ids.length} products by what was viewed and bought` };
      },
    },
    {
      name: 'the trace is in Jaeger',
      run: async () => {
        if (target.jaegerUrl === undefined) return { says: `not yet: ${target.jaegerNote ?? 'Jaeger is not part of this stack'}` };
        const { spans, services } = await findTrace(target.jaegerUrl, rest.traceId);
        return {
          says: `${spans} spans of ${services.join(', ')}: ${target.jaegerUrl}/trace/${rest.traceId}`,
          ids: { trace: rest.traceId },
        };
      },
    },
  ];
  return { traceId: rest.traceId, steps };
}

function must(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new UnexpectedAnswer(`${otherwise[0]?.toUpperCase() ?? ''}${otherwise.slice(1)}.`);
}
