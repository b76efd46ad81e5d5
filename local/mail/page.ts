import type { CaughtMail } from './mailbox.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#222}
table{border-collapse:collapse;width:100%}td,th{padding:.4rem .6rem;border-bottom:1px solid #ddd;text-align:left}
iframe{width:100%;height:60vh;border:1px solid #ddd}pre{white-space:pre-wrap;background:#f6f6f6;padding:1rem}`;

function frame(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style><body>${body}</body></html>`;
}

/** The list of caught mails. */
export function listPage(mails: readonly CaughtMail[]): string {
  const rows = mails.map(
    ({ id, to, subject, receivedAt }) =>
      `<tr><td>${escaped(receivedAt)}</td><td>${escaped(to.join(', '))}</td><td><a href="/messages/${escaped(id)}">${escaped(subject)}</a></td></tr>`,
  );
  const table = `<table><tr><th>Received</th><th>To</th><th>Subject</th></tr>${rows.join('')}</table>`;
  return frame('Caught mail', `<h1>Caught mail</h1>${mails.length === 0 ? '<p>None yet.</p>' : table}`);
}

/** One mail; its HTML is shown in a sandboxed frame, where nothing of it runs. */
export function mailPage({ subject, from, to, receivedAt, html, text }: CaughtMail): string {
  const shown = html === '' ? '' : `<iframe sandbox srcdoc="${escaped(html)}"></iframe>`;
  return frame(
    subject,
    `<p><a href="/">All mail</a></p><h1>${escaped(subject)}</h1><p>${escaped(from)} to ${escaped(to.join(', '))}, ${escaped(receivedAt)}</p>${shown}<pre>${escaped(text)}</pre>`,
  );
}
