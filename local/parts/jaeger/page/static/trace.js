import { ask, isWrong, summary } from './api.js';
import { colourOf, duration, element, serviceMark } from './element.js';

/** One trace as a waterfall: a row a span, under its parent, its bar where it lies in time; a row opens to the span's attributes. */
export async function showTrace(traceId) {
  const [found] = await ask(`api/traces/${traceId}`);
  if (found === undefined) return [element('p', { class: 'wrong' }, `There is no trace ${traceId}.`)];
  const trace = summary(found);
  document.title = `${trace.root.operationName} – trace`;
  const facts = `${trace.spans.length} spans, ${duration(trace.end - trace.start)}, ${new Date(trace.start / 1_000).toLocaleString()}, ${trace.id}`;
  return [
    element('h2', {}, trace.root.operationName),
    element('p', { class: 'faint' }, facts),
    element('nav', { 'aria-label': 'Services of this trace' }, ...trace.services.map(serviceMark)),
    ...inTree(trace).map(({ span, depth }) => row(trace, span, depth)),
  ];
}

/** Spans with their depth, each after its parent, siblings by start. A span whose parent was not recorded stands at the top. */
function inTree({ spans }) {
  const ids = new Set(spans.map(({ spanID }) => spanID));
  const children = new Map();
  for (const span of spans) {
    const parent = span.references.find(({ spanID }) => ids.has(spanID) && spanID !== span.spanID)?.spanID ?? '';
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const rows = [];
  const seen = new Set();
  const visit = (parent, depth) => {
    for (const span of children.get(parent) ?? []) {
      if (seen.has(span.spanID)) continue;
      seen.add(span.spanID);
      rows.push({ span, depth });
      visit(span.spanID, depth + 1);
    }
  };
  visit('', 0);
  return rows;
}

function row(trace, span, depth) {
  const service = trace.serviceOf(span);
  const whole = Math.max(1, trace.end - trace.start);
  const name = element(
    'span',
    { class: isWrong(span) ? 'operation wrong' : 'operation', title: `${service}: ${span.operationName}` },
    serviceMark(service),
    ` ${span.operationName}`,
  );
  name.style.paddingLeft = `${depth * 0.9}rem`;
  const bar = element('span', { class: 'bar' });
  bar.style.left = `${((span.startTime - trace.start) / whole) * 100}%`;
  bar.style.width = `${(span.duration / whole) * 100}%`;
  bar.style.background = colourOf(service);
  const summaryRow = element(
    'summary',
    {},
    name,
    element('span', { class: 'lane' }, bar),
    element('span', { class: 'number' }, duration(span.duration)),
  );
  return element('details', { class: 'span' }, summaryRow, attributes(trace, span));
}

function attributes(trace, span) {
  const pairs = [
    ['start', `+${duration(span.startTime - trace.start)}`],
    ['span', span.spanID],
    ...span.tags.map(({ key, value }) => [key, String(value)]),
    ...span.logs.flatMap(({ timestamp, fields }) =>
      fields.map(({ key, value }) => [`+${duration(timestamp - trace.start)} ${key}`, String(value)]),
    ),
  ];
  return element(
    'table',
    {},
    ...pairs.map(([key, value]) => element('tr', {}, element('td', { class: 'faint' }, key), element('td', {}, value))),
  );
}
