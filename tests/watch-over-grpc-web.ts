import { OrderChange, WatchOrderRequest } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { theStack, type SignedIn } from './customer.ts';

/** First byte of a frame that holds trailers in place of a message (the gRPC-Web protocol). */
const TRAILERS = 0x80;
const PREFIX_BYTES = 5;

/**
 * Watches an order as a page in a browser does, by fetch alone, until the stream ends. Answers the trailers as they came.
 *
 * @throws Error when the stream is refused, or ends without trailers
 */
export async function watchOverGrpcWeb(
  { token }: SignedIn,
  id: string,
  see: (change: OrderChange) => Promise<void>,
): Promise<{ readonly trailers: string }> {
  const { addresses } = await theStack();
  const response = await fetch(`${addresses.edge}/shopverse.order.v1.OrderService/WatchOrder`, {
    method: 'POST',
    headers: { 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1', authorization: `Bearer ${token}` },
    body: frame(WatchOrderRequest.encode({ id, after: '' }).finish()),
    signal: AbortSignal.timeout(60_000),
  });
  if (response.status !== 200 || response.body === null) throw new Error(`the stream was refused: ${response.status}`);
  let buffer = Buffer.alloc(0);
  for await (const chunk of response.body) {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const length = buffer.length < PREFIX_BYTES ? Number.POSITIVE_INFINITY : buffer.readUInt32BE(1);
      if (buffer.length < PREFIX_BYTES + length) break;
      const [kind, payload] = [buffer[0], buffer.subarray(PREFIX_BYTES, PREFIX_BYTES + length)];
      buffer = buffer.subarray(PREFIX_BYTES + length);
      if (kind === TRAILERS) return { trailers: payload.toString() };
      await see(OrderChange.decode(payload));
    }
  }
  throw new Error('the stream ended without trailers');
}

function frame(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
