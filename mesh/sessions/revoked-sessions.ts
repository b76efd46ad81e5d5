/** A session that was ended before its time. */
export interface RevokedSession {
  readonly sessionId: string;
  readonly revokedAt: Date;
  /** When the last token of the session expires by itself. */
  readonly expiresAt: Date;
}

/** Most sessions that are remembered; beyond it the oldest are forgotten, whose tokens expire first. */
const LIMIT = 1_000_000;

/** The sessions whose access tokens are believed no longer, each until its tokens have expired anyway. */
export class RevokedSessions {
  /** Session id -> when it can be forgotten, in milliseconds since the epoch; in the order in which they were learned. */
  readonly #until = new Map<string, number>();
  readonly #limit: number;

  constructor(limit = LIMIT) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#until.size;
  }

  has(sessionId: string): boolean {
    return this.#until.has(sessionId);
  }

  /** Adds what was learned, and forgets what has expired. */
  learn(sessions: readonly RevokedSession[], now: number): void {
    for (const { sessionId, expiresAt } of sessions) if (expiresAt.getTime() > now) this.#until.set(sessionId, expiresAt.getTime());
    for (const [sessionId, until] of this.#until) {
      if (until > now && this.#until.size <= this.#limit) break;
      this.#until.delete(sessionId);
    }
  }
}
