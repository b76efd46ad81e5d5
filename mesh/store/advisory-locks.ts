/** Advisory locks of PostgreSQL that the mesh takes, as (class, object). One place, so that no two uses meet by chance. */
export const advisoryLocks = {
  /** Held while the database's schema is brought up to date. */
  migration: [0x5368, 1],
  /** Held by the one relay that publishes the database's outbox. */
  relay: [0x5368, 2],
} as const;
