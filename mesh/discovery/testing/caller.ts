/** Calls the replicas without a pause, and counts what it gets: `/calls` tells, `/forget` begins anew. */
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { context } from '@opentelemetry/api';
import { sleep } from '../../backoff.ts';
import { durationMs, integer, oneOf, text } from '../../config/kinds.ts';
import { Failure } from '../../failure.ts';
import { newId } from '../../ids.ts';
import { runService } from '../../lifecycle/run-service.ts';
import { currentCall, type Call } from '../../rpc/call.ts';

const settings = {
  CALLER_LOOPS: integer(4, 'Calls under way at once', { unit: 'calls' }),
  CALLER_PAUSE_MS: durationMs(2, 'How long each loop waits after a call'),
  CALLER_TIMEOUT_MS: durationMs(2_000, 'Longest time of a call'),
  CALLER_PEER: text('user', 'Whom it calls'),
  CALLER_USERS: integer(0, 'Users on whose behalf it calls, one after the other; 0: nobody', { unit: 'users' }),
  CALLER_STARTS: oneOf(['calling', 'idle'], 'calling', 'Whether it calls from the start'),
};

/** What the caller counted. */
export interface Counts {
  ok: number;
  failed: number;
  /** Answers by replica. */
  from: Record<string, number>;
  /** Replicas that answered, by user. */
  byUser: Record<string, string[]>;
  /** Of the answers, how long they took, in milliseconds. */
  tookMs: number[];
  /** Failures by reason. */
  reasons: Record<string, number>;
  /** When each replica answered first, in milliseconds since the epoch. */
  firstFrom: Record<string, number>;
  /** In milliseconds since the epoch; null when none failed. */
  lastFailureAt: number | null;
}
const nothing = (): Counts => ({ ok: 0, failed: 0, from: {}, byUser: {}, tookMs: [], reasons: {}, firstFrom: {}, lastFailureAt: null });

/** A call that this process handles, as far as the calls that it makes meanwhile look at it. */
const onBehalfOf = (userId: string): Call =>
  ({
    requestId: newId(),
    caller: { userId, role: 'CUSTOMER', email: '', sessionId: '' },
    deadline: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
    context: context.active(),
  }) as Partial<Call> as Call;

await runService('order', settings, async (service) => {
  const { config, signal } = service;
  const users = service.client(UserServiceDefinition, config.CALLER_PEER);
  let counts = nothing();
  const people = Array.from({ length: config.CALLER_USERS }, newId);
  let turn = 0;
  const ask = () => users.batchGetProfiles({ userIds: [newId()] }, { timeoutMs: config.CALLER_TIMEOUT_MS });
  const call = async (): Promise<void> => {
    const now = counts;
    const user = people[turn++ % people.length];
    const started = performance.now();
    try {
      const { profiles } = await (user === undefined ? ask() : currentCall.run(onBehalfOf(user), ask));
      const name = profiles[0]?.fullName ?? '';
      now.tookMs.push(performance.now() - started);
      if (user !== undefined) now.byUser[user] = [...new Set([...(now.byUser[user] ?? []), name])];
      now.from[name] = (now.from[name] ?? 0) + 1;
      now.firstFrom[name] ??= Date.now();
      now.ok += 1;
    } catch (error) {
      const cause = error instanceof Failure ? error.options.cause : error;
      const reason =
        `${error instanceof Failure ? `${error.reason} ${error.message}` : ''} ${cause instanceof Error ? cause.message : ''}`.trim();
      now.reasons[reason] = (now.reasons[reason] ?? 0) + 1;
      now.failed += 1;
      now.lastFailureAt = Date.now();
    }
  };
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      await call();
      await sleep(config.CALLER_PAUSE_MS);
    }
  };
  service.adminRoute('/calls', async () => counts);
  service.adminRoute('/forget', async () => (counts = nothing()));
  service.adminRoute('/one', async () => {
    counts = nothing();
    await call();
    return counts;
  });
  if (config.CALLER_STARTS === 'calling') for (let i = 0; i < config.CALLER_LOOPS; i += 1) void loop();
});
