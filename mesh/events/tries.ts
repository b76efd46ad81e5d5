import type { IncomingMessage } from './kafka.ts';
import type { TroubleKind } from './trouble.ts';

/** How often a message was tried. */
export interface Count {
  readonly tries: number;
  /** Those among them that failed for a cause nobody foresaw. */
  readonly unknown: number;
}

/** Counts how often the message at the head of each partition was tried. Its memory is one entry a partition. */
export class Tries {
  readonly #heads = new Map<string, Count & { readonly offset: string }>();

  /** One more try of this message failed; answers how many have. */
  count({ topic, partition, offset }: IncomingMessage, kind: TroubleKind): Count {
    const where = `${topic} ${partition}`;
    const head = this.#heads.get(where);
    const { tries, unknown } = head?.offset === offset ? head : { tries: 0, unknown: 0 };
    const count = { offset, tries: tries + 1, unknown: unknown + (kind === 'unknown' ? 1 : 0) };
    this.#heads.set(where, count);
    return count;
  }

  /** Partitions were dealt out anew. */
  forget(): void {
    this.#heads.clear();
  }
}
