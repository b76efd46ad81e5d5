/** Two views over Jaeger's query API: the recent traces of a service, and one trace as a waterfall. Asks nobody but the server it came from. */
import { element } from './element.js';
import { showRecent } from './recent.js';
import { showTrace } from './trace.js';

const main = document.getElementById('main');

async function show() {
  const [, traceId] = /^\/trace\/([0-9a-f]{1,32})$/i.exec(location.pathname) ?? [];
  main.replaceChildren(element('p', { class: 'faint' }, 'Asking Jaeger …'));
  try {
    main.replaceChildren(...(traceId === undefined ? await showRecent(new URLSearchParams(location.search)) : await showTrace(traceId)));
  } catch (error) {
    main.replaceChildren(element('p', { class: 'wrong' }, error.message));
  }
}

document.getElementById('find').addEventListener('submit', (event) => {
  event.preventDefault();
  location.assign(`trace/${encodeURIComponent(new FormData(event.target).get('trace').trim().toLowerCase())}`);
});

await show();
