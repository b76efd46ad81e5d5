/** What the audit trail knows. */
export const SECURITY_EVENT_TYPES = [
  'ACCOUNT_OPENED',
  'LOGGED_IN',
  'LOGIN_FAILED',
  'LOCKED_OUT',
  'SESSION_REVOKED',
  'PASSWORD_CHANGED',
  'PASSWORD_CHANGE_FAILED',
  'PASSWORD_RESET_REQUESTED',
  'PASSWORD_RESET',
  'ROLE_CHANGED',
  'SIGNING_KEY_ROTATED',
] as const;
/** See `SECURITY_EVENT_TYPES`. */
export type SecurityEventType = (typeof SECURITY_EVENT_TYPES)[number];

/** Where something came from. */
export interface Origin {
  /** IP address of the client; empty when unknown. */
  readonly address: string;
  /** See `shortenUserAgent`. */
  readonly userAgent: string;
  readonly requestId: string;
}

/** The origin of what a command or a job does. */
export const NOWHERE: Origin = { address: '', userAgent: '', requestId: '' };

/** One line of the audit trail. */
export interface SecurityEvent {
  readonly type: SecurityEventType;
  /** Whose account it is about; undefined when there is no such account, or it is about none. */
  readonly userId: string | undefined;
  /** Who did it; undefined when nobody was signed in. */
  readonly actorId: string | undefined;
  /** One word or id that says more: the reason of an end, the new role. Nothing personal. */
  readonly detail: string;
  readonly at: Date;
}
