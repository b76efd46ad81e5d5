import { WorkLimit } from '../passwords/work-limit.ts';

/** A work limit that counts what went through, and refuses all on request. */
export class CountingLimit extends WorkLimit {
  count = 0;
  #full = false;

  override async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#full) return new WorkLimit({ running: 0, waiting: 0 }).run(work, signal);
    this.count += 1;
    return super.run(work, signal);
  }

  /** Has no place for anybody while `run` lasts. */
  async whileFull<T>(run: () => Promise<T>): Promise<T> {
    this.#full = true;
    try {
      return await run();
    } finally {
      this.#full = false;
    }
  }
}
