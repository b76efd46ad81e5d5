import type { Call } from './call.ts';
import type { RequestOf, ResponseOf, ServiceDefinition } from './definition.ts';

/** Handles a call with one answer. */
export type UnaryHandler<Request, Response> = (request: Request, call: Call) => Promise<Response>;

/** Handles a call with a stream of answers; leaving the iteration ends the stream, throwing ends it with that status. */
export type ServerStreamHandler<Request, Response> = (request: Request, call: Call) => AsyncIterable<Response>;

/** One handler for each method of a service. */
export type Handlers<Definition extends ServiceDefinition> = {
  readonly [Key in keyof Definition['methods']]: Definition['methods'][Key] extends { readonly responseStream: true }
    ? ServerStreamHandler<RequestOf<Definition['methods'][Key]>, ResponseOf<Definition['methods'][Key]>>
    : UnaryHandler<RequestOf<Definition['methods'][Key]>, ResponseOf<Definition['methods'][Key]>>;
};
