/** Longest wait for Jaeger, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** Asks Jaeger's query API and answers its `data`. Throws an Error with a sentence to show. */
export async function ask(path) {
  let response;
  try {
    response = await fetch(path, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new Error('Jaeger does not answer: see npx shopverse status.');
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.errors?.[0]?.msg ?? `Jaeger answers ${response.status}.`);
  return body.data ?? [];
}

/** A trace of the API with what both views need: its spans by start, its services, its bounds in microseconds, its errors. */
export function summary({ traceID, spans, processes }) {
  const serviceOf = (span) => processes[span.processID]?.serviceName ?? '?';
  const sorted = spans.toSorted((a, b) => a.startTime - b.startTime);
  const start = sorted[0]?.startTime ?? 0;
  const end = Math.max(start, ...sorted.map((span) => span.startTime + span.duration));
  const ids = new Set(spans.map(({ spanID }) => spanID));
  const root = sorted.find((span) => !span.references.some((reference) => ids.has(reference.spanID))) ?? sorted[0];
  return {
    id: traceID,
    spans: sorted,
    root,
    serviceOf,
    services: [...new Set(sorted.map(serviceOf))],
    start,
    end,
    errors: spans.filter(isWrong).length,
  };
}

/** Whether a span says that it failed. */
export function isWrong({ tags }) {
  return tags.some(({ key, value }) => (key === 'error' && value === true) || (key === 'otel.status_code' && value === 'ERROR'));
}
