import { Client, Metadata, type ChannelCredentials, type ClientReadableStream } from '@grpc/grpc-js';
import { OrderChange, WatchOrderRequest } from '@shopverse/contracts/shopverse/order/v1/order_service';

/** Somebody who watches an order. */
export interface Watcher {
  /** Everything that was told, in order. */
  readonly seen: readonly OrderChange[];
  /** How the stream ended: with nothing, or with its error. */
  readonly ended: Promise<Error | undefined>;
  /** Hangs up. */
  cancel(): void;
}

/** Watches an order as the edge does for a user. */
export function watchAs(
  { userId, role = 'CUSTOMER' }: { readonly userId: string; readonly role?: 'CUSTOMER' | 'ADMIN' },
  { target, credentials }: { readonly target: string; readonly credentials: ChannelCredentials },
  request: { readonly id: string; readonly after?: string },
): Watcher {
  const client = new Client(target, credentials, { 'grpc.ssl_target_name_override': 'order' });
  // A busy machine may need a second try to connect.
  const metadata = new Metadata({ waitForReady: true });
  metadata.set('x-user-id', userId);
  metadata.set('x-user-role', role);
  const stream: ClientReadableStream<OrderChange> = client.makeServerStreamRequest(
    '/shopverse.order.v1.OrderService/WatchOrder',
    (message: WatchOrderRequest) => Buffer.from(WatchOrderRequest.encode(message).finish()),
    (bytes) => OrderChange.decode(bytes),
    { after: '', ...request },
    metadata,
  );
  const seen: OrderChange[] = [];
  stream.on('data', (change: OrderChange) => void seen.push(change));
  const ended = new Promise<Error | undefined>((resolve) => {
    stream.once('error', resolve);
    stream.once('end', () => resolve(undefined));
  }).finally(() => client.close());
  return { seen, ended, cancel: () => stream.cancel() };
}
