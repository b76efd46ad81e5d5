/** One sign-in, from log-in to log-out, as far as its rules need it. */
export interface SessionState {
  /** No token of the session is good after this, used or not. */
  readonly expiresAt: Date;
  /** When it was ended before its time. */
  readonly revokedAt: Date | undefined;
}

/** One refresh token of a session. A session has had as many as it was refreshed, and all but the newest are used. */
export interface RefreshTokenState {
  readonly expiresAt: Date;
  /** When it was exchanged for the next one. */
  readonly usedAt: Date | undefined;
}

/**
 * What becomes of a refresh token that is shown:
 * - ROTATE: it is exchanged for the next one.
 * - REVOKE_SESSION: it had been exchanged before, so two people hold the session's tokens and one of them stole them (RFC 9700, section 4.14.2).
 * - REFUSE: it is good no longer.
 */
export type RefreshVerdict = 'ROTATE' | 'REVOKE_SESSION' | 'REFUSE';

/** Judges a refresh token. There is no grace for a token that was exchanged just now: a client that did not get the answer signs in again. */
export function judgeRefresh(token: RefreshTokenState, session: SessionState, now: Date): RefreshVerdict {
  if (hasEnded(session, now)) return 'REFUSE';
  if (token.usedAt !== undefined) return 'REVOKE_SESSION';
  return token.expiresAt <= now ? 'REFUSE' : 'ROTATE';
}

/** Whether a session is over, by time or by hand. */
export function hasEnded(session: SessionState, now: Date): boolean {
  return session.revokedAt !== undefined || session.expiresAt <= now;
}

/** When the next refresh token of a session ends: after its own time, but never later than the session. */
export function refreshTokenExpiry(session: SessionState, now: Date, ttlMs: number): Date {
  return new Date(Math.min(now.getTime() + ttlMs, session.expiresAt.getTime()));
}
