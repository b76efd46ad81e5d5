import { theStack, type SignedIn } from './customer.ts';

/** A change of an order, as a line of JSON tells it. */
export interface ChangeLine {
  readonly entry: { readonly position: string; readonly toState: string };
  readonly order: { readonly id: string; readonly state: string };
}

/** A stream of changes. */
export interface RestWatcher {
  readonly seen: readonly ChangeLine[];
  /** When the stream ended, however it did. */
  readonly ended: Promise<void>;
}

/** Watches an order through the edge. Rejects when that is refused. */
export async function watchOverRest({ token }: SignedIn, orderId: string, after = ''): Promise<RestWatcher> {
  const { addresses } = await theStack();
  const response = await fetch(`${addresses.edge}/v1/orders/${orderId}:watch?after=${after}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(180_000),
  });
  if (!response.ok || response.body === null) throw new Error(`watching answered ${response.status}`);
  const seen: ChangeLine[] = [];
  return { seen, ended: read(response.body, seen).catch(() => undefined) };
}

async function read(body: ReadableStream<Uint8Array>, seen: ChangeLine[]): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') seen.push(JSON.parse(line) as ChangeLine);
  }
}
