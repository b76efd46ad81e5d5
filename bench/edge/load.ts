/** One kind of call, and what it needs. */
export interface Load {
  call(): Promise<void>;
  close(): void;
}

/** Makes so many calls, `inFlight` at a time; answers how long it took, in milliseconds. */
export async function closedLoop({ call }: { call(): Promise<unknown> }, calls: number, inFlight: number): Promise<number> {
  const started = performance.now();
  let left = calls;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return performance.now() - started;
}

/**
 * Makes calls at a steady rate, whether or not those before are answered, for `seconds`; answers how long each took, in milliseconds from when it was due: who waits for
 * a place waits, too.
 */
export async function openLoop({ call }: Load, perSecond: number, seconds: number): Promise<number[]> {
  const started = performance.now();
  const took: number[] = [];
  const running: Promise<void>[] = [];
  const total = Math.floor(perSecond * seconds);
  for (let made = 0; made < total;) {
    const now = performance.now() - started;
    for (; made < total && (made / perSecond) * 1_000 <= now; made += 1) {
      const due = started + (made / perSecond) * 1_000;
      running.push(call().then(() => void took.push(performance.now() - due)));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(running);
  return took;
}
