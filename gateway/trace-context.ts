const remove = (name: string) => ({ remove: name });
const set = (key: string, value: string) => ({ append: { header: { key, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' } });

/**
 * CEL: the caller's traceparent if its trace can be continued (W3C Trace Context, section 3.2.2: version 00, ids not all zeros), else nothing.
 * In pieces, as Envoy bounds the size of a regular expression in CEL.
 */
const given = "request.headers['traceparent']";
const conditions = [
  `size(${given}) == 55`,
  `${given}.matches('^00-[0-9a-f]{32}-')`,
  `${given}.matches('-[0-9a-f]{16}-[0-9a-f]{2}$')`,
  `!${given}.contains('-${'0'.repeat(32)}-')`,
  `!${given}.contains('-${'0'.repeat(16)}-')`,
];
const validTraceparent = `%CEL(${conditions.join(' && ')} ? ${given} : '')%`;
const checked = 'x-shopverse-traceparent';

/**
 * What becomes of a caller's trace. To be continued it goes through a header of our own if it is valid (an empty value sets none): with a
 * traceparent that is not, Envoy would trace nothing, where the standard has a new trace begun.
 */
export const traceMutations = {
  restart: [remove('traceparent'), remove('tracestate')],
  continue: [set(checked, validTraceparent), remove('traceparent'), set('traceparent', `%REQ(${checked})%`), remove(checked)],
} as const;
