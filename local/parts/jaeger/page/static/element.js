/** A new element. Texts are put in as text, never as markup: names and values of spans come from requests. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/** Microseconds as people read them. */
export function duration(microseconds) {
  if (microseconds < 1_000) return `${microseconds} µs`;
  if (microseconds < 1_000_000) return `${(microseconds / 1_000).toFixed(microseconds < 100_000 ? 1 : 0)} ms`;
  return `${(microseconds / 1_000_000).toFixed(2)} s`;
}

/** A colour that is the same wherever the service appears. */
export function colourOf(service) {
  let hash = 0;
  for (const character of service) hash = (hash * 31 + character.codePointAt(0)) % 360;
  return `hsl(${hash} 60% 50%)`;
}

/** A service's name with its colour before it. */
export function serviceMark(service) {
  const mark = element('span', { class: 'mark', 'aria-hidden': 'true' });
  mark.style.background = colourOf(service);
  return element('span', {}, mark, service);
}
