/** Bounds work in time: each by its own limit, and all together by the end of the process. */
export class TimeLimits {
  readonly #running = new Set<AbortController>();

  /**
   * Runs `work`. It is given up, and its signal aborts, after `ms` milliseconds; work that does not listen is not waited for, so it must bear
   * being done again while it still runs.
   *
   * @throws DOMException TimeoutError after that time, AbortError when everything ends
   */
  async within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(() => controller.abort(new DOMException(`Not done within ${ms} ms.`, 'TimeoutError')), ms);
    this.#running.add(controller);
    try {
      return await Promise.race([work(signal), rejection(signal)]);
    } finally {
      clearTimeout(timer);
      this.#running.delete(controller);
    }
  }

  /** Everything that runs has so many milliseconds left. */
  endIn(ms: number): void {
    const end = () =>
      this.#running.forEach((controller) => controller.abort(new DOMException('The process is being stopped.', 'AbortError')));
    setTimeout(end, ms).unref();
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
