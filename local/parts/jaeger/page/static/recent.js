import { ask, summary } from './api.js';
import { duration, element, serviceMark } from './element.js';

/** Traces that are shown at most. */
const LIMIT = 50;

/** The recent traces of one service (`?service=order`), with a choice of the others and of failures only (`&failed`). */
export async function showRecent(query) {
  const services = (await ask('api/services')).toSorted();
  if (services.length === 0)
    return [element('p', {}, 'No traces yet: send a request to the edge, or play npx shopverse demo, and load this page again.')];
  const service = query.get('service') ?? (services.includes('edge') ? 'edge' : services[0]);
  const failed = query.has('failed');
  const wanted = new URLSearchParams({ service, limit: String(LIMIT), lookback: '1d' });
  if (failed) wanted.set('tags', JSON.stringify({ error: 'true' }));
  const traces = (await ask(`api/traces?${wanted}`)).map(summary).toSorted((a, b) => b.start - a.start);
  return [choice(services, service, failed), traces.length === 0 ? element('p', {}, `No such traces of ${service}.`) : table(traces)];
}

function choice(services, chosen, failed) {
  const link = (service, onlyFailed, text, current) => {
    const address = `?${new URLSearchParams({ service, ...(onlyFailed ? { failed: '' } : {}) })}`;
    return element('a', { href: address, ...(current ? { 'aria-current': 'page' } : {}) }, text);
  };
  return element(
    'nav',
    { 'aria-label': 'Services' },
    ...services.map((service) => link(service, failed, serviceMark(service), service === chosen)),
    link(chosen, !failed, failed ? 'all requests' : 'failed requests only', false),
  );
}

function table(traces) {
  const head = element(
    'tr',
    {},
    ...['Started', 'Request', 'Services', 'Spans', 'Took'].map((title) => element('th', { scope: 'col' }, title)),
  );
  return element('table', {}, element('thead', {}, head), element('tbody', {}, ...traces.map(row)));
}

function row({ id, root, start, end, services, spans, errors }) {
  const link = element('a', { href: `trace/${id}` }, root?.operationName ?? id);
  const wrong = errors === 0 ? [] : [element('span', { class: 'wrong' }, ` ${errors} failed`)];
  const names = services.flatMap((service) => [serviceMark(service), ' ']);
  return element(
    'tr',
    {},
    element('td', { class: 'faint' }, new Date(start / 1_000).toLocaleTimeString()),
    element('td', {}, link, ...wrong),
    element('td', {}, ...names),
    element('td', { class: 'number' }, String(spans.length)),
    element('td', { class: 'number' }, duration(end - start)),
  );
}
