import { httpFilter, type Extension } from '../envoy.ts';
import { traceIdHeader } from '../tracing.ts';

const names = ['limit', 'remaining', 'reset'];

/** A header of the answer, when there is something to say. */
const say = (key: string, value: string) => ({
  append: { header: { key, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD', keep_empty_value: false },
});

/** When the next call of this client will be taken, in place of the "soon" that refusals say. */
const whenToComeBack =
  '%CEL(response.code == 429 && response.headers["ratelimit-remaining"] == "0" ? response.headers["ratelimit-reset"] : "")%';

/**
 * Mends the headers of every answer. How much a client may still ask for goes under the names of the IETF's draft (RateLimit-Limit, -Remaining, -Reset in
 * seconds): Envoy's filters, whose answers pass by here, write them with an x- before.
 */
export const answerHeaders: Extension = httpFilter('header_mutation', 'header_mutation.v3.HeaderMutation', {
  mutations: {
    response_mutations: [
      // Where a user's bucket and an address's have spoken, the user's, which spoke first, is told.
      ...names.flatMap((name) => [say(`ratelimit-${name}`, `%RESP(x-ratelimit-${name})%`), { remove: `x-ratelimit-${name}` }]),
      say('retry-after', whenToComeBack),
      { remove: traceIdHeader },
    ],
  },
});
