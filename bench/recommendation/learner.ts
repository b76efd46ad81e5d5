import { eventTypes, type EventMessage, type EventName } from '@shopverse/contracts/event-types';
import { Product } from '@shopverse/contracts/shopverse/product/v1/product';
import { newId } from '@shopverse/mesh/ids';
import type { Call } from '@shopverse/mesh/rpc/call';
import type { Parts } from '../../services/recommendation/parts.ts';
import { baskets, type SplitHistory } from './purchase-history.ts';

/** Partitions of a topic; the events of each are handled one after the other, as by a consumer. */
const LANES = 4;
const NEVER = new AbortController().signal;

/** What learning asks of the service. */
export type Learner = Pick<Parts, 'learners' | 'refresh' | 'handlers' | 'shoppers'>;

/** Lets the service learn a history by its own consumers and its own job, from events as the shop would send them. */
export async function learn(service: Learner, { items, train }: Pick<SplitHistory, 'items' | 'train'>): Promise<void> {
  const lanes = Array.from({ length: LANES }, (): (() => Promise<void>)[] => []);
  for (const [index, { id, category, since }] of items.entries()) {
    const product = Product.fromPartial({ id, name: id, categoryId: category, available: 1n, active: true, createdAt: new Date(since) });
    const lane = index % LANES;
    lanes[lane]?.push(() => deliver(service, 'shopverse.product.v1.ProductCreated', { productId: id, product, importId: '' }, lane));
  }
  const laneOf = new Map<string, number>();
  for (const basket of baskets(train)) {
    const lane = laneOf.get(basket.user) ?? laneOf.size % LANES;
    laneOf.set(basket.user, lane);
    const lines = basket.items.map((productId) => ({ productId, sku: '', name: '', quantity: 1, unitPrice: undefined, total: undefined }));
    const confirmedAt = new Date(basket.time);
    const order = { orderId: newId(), customerId: basket.user, lines, total: undefined, paymentId: '', confirmedAt };
    lanes[lane]?.push(() => deliver(service, 'shopverse.order.v1.OrderConfirmed', order, lane));
  }
  await Promise.all(
    lanes.map(async (lane) => {
      for (const event of lane) await event();
    }),
  );
  while ((await service.shoppers.fresh(1)).length > 0) await service.refresh(NEVER);
}

async function deliver<Name extends EventName>(
  { learners }: Learner,
  type: Name,
  message: EventMessage<Name>,
  partition: number,
): Promise<void> {
  const { topic, codec } = eventTypes[type] as unknown as { topic: string; codec: { encode(m: object): { finish(): Uint8Array } } };
  const origin = { id: newId(), source: '/shopverse/bench', type, subject: '', time: new Date(), topic, partition, offset: '0' };
  const payload = codec.encode(message).finish();
  await learners.find((learner) => learner.type === type)?.handle(payload, { ...origin, signal: NEVER });
}

/** What the service answers a shopper, best first. */
export async function recommended({ handlers }: Learner, userId: string, limit: number): Promise<string[]> {
  const call = { caller: { userId, role: 'CUSTOMER', email: '', sessionId: '' } } as unknown as Call;
  const { recommendations } = await handlers.getRecommendations({ limit }, call);
  return recommendations.map(({ productId }) => productId);
}
