/** What a user is to the shop. */
export type Role = 'CUSTOMER' | 'ADMIN';

/** How far a method's door is open: see shopverse/access/v1/access.proto. */
export type AccessLevel = 'PUBLIC' | 'SIGNED_IN' | 'ROLES' | 'INTERNAL';

/** Everything the contracts say about one method besides its messages. */
export interface MethodRule {
  readonly access: {
    readonly level: AccessLevel;
    /** With ROLES: a caller needs one of these. Empty otherwise. */
    readonly roles: readonly Role[];
    /** With INTERNAL: workloads that may call (the last part of their SPIFFE id). Empty otherwise. */
    readonly callers: readonly string[];
  };
  /** How the method treats the `idempotency-key` header. */
  readonly idempotencyKey: 'NONE' | 'OPTIONAL' | 'REQUIRED';
  /** google.protobuf.MethodOptions.idempotency_level: may a call be repeated? */
  readonly idempotency: 'UNKNOWN' | 'NO_SIDE_EFFECTS' | 'IDEMPOTENT';
  /** The REST route; INTERNAL methods have none. */
  readonly http?: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    /** Template as in google.api.http, for example "/v1/orders/{id}:cancel". */
    readonly path: string;
    /** The field the body goes to, "*" for the whole message, "" when there is no body. */
    readonly body: string;
  };
  /** Full name of the request message; the key of its validator. */
  readonly request: string;
  /** Full name of the response message. */
  readonly response: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}
