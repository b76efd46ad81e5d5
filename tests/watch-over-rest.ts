import { theStack, type SignedIn } from './customer.ts';

/** A change of an order, as a line of JSON tells it. */
export interface ChangeLine {
  readonly entry: { readonly position: string; readonly toState: string };
  readonly order: { readonly id: string; readonly state: string };
}

/** A stream of lines. */
export interface RestWatcher<Line = ChangeLine> {
  readonly seen: readonly Line[];
  /** When the stream ended, however it did. */
  readonly ended: Promise<void>;
  /** Hangs up. */
  close(): void;
}

/** Watches an order through the edge. Rejects when that is refused. */
export function watchOverRest(who: SignedIn, orderId: string, after = ''): Promise<RestWatcher> {
  return linesOf(who, `/v1/orders/${orderId}:watch?after=${after}`);
}

/** Reads a stream of the edge, line by line. Rejects when that is refused. */
export async function linesOf<Line>({ token }: SignedIn, path: string): Promise<RestWatcher<Line>> {
  const { addresses } = await theStack();
  const hangUp = new AbortController();
  const response = await fetch(`${addresses.edge}${path}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.any([hangUp.signal, AbortSignal.timeout(180_000)]),
  });
  if (!response.ok || response.body === null) throw new Error(`watching answered ${response.status}`);
  const seen: Line[] = [];
  return { seen, ended: read(response.body, seen).catch(() => undefined), close: () => hangUp.abort() };
}

async function read<Line>(body: ReadableStream<Uint8Array>, seen: Line[]): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') seen.push(JSON.parse(line) as Line);
  }
}
