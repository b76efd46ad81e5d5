import { z } from 'zod';

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m)$/;
const UNITS = { ms: 1, s: 1000, m: 60_000 } as const;

const METHOD = /^[A-Z][A-Za-z0-9]{0,99}$/;

/** What a call can be refused with on purpose. */
export const ABORTS = ['UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'DEADLINE_EXCEEDED', 'INTERNAL', 'ABORTED'] as const;

/** "250ms", "2s", "1m"; milliseconds in the code. */
const duration = (minMs: number, maxMs: number) =>
  z
    .string('must be a duration, for example 250ms, 2s or 1m')
    .regex(DURATION, 'must be a duration, for example 250ms, 2s or 1m')
    .transform((text) => {
      const [, amount = '', unit = 'ms'] = DURATION.exec(text) ?? [];
      return Number(amount) * UNITS[unit as keyof typeof UNITS];
    })
    .refine((ms) => ms >= minMs && ms <= maxMs, `must be from ${minMs} ms to ${maxMs / 1000} s`);

/** What a policy file may say; each part has its default. */
export const policySchema = z
  .strictObject({
    /** Longest time of any call; a caller may ask for less. */
    timeout: duration(10, 600_000).optional(),
    /** Methods of which something else holds. */
    methods: z
      .record(
        z.string().regex(METHOD, 'must be the name of a method, for example GetProduct'),
        z.strictObject({
          /** In place of the service's. */
          timeout: duration(10, 600_000),
        }),
      )
      .default({}),
    retries: z
      .strictObject({
        /** Tries in all. gRPC makes no more than five. 1: none is repeated. */
        attempts: z.int().min(1).max(5).default(4),
        backoff: duration(1, 10_000).prefault('50ms'),
        maxBackoff: duration(1, 60_000).prefault('1s'),
        /** Retries as a share of the calls that succeed, in the long run. */
        budgetPercent: z.number('must be a number of percent').min(1).max(100).default(20),
      })
      .prefault({})
      .refine(({ backoff, maxBackoff }) => maxBackoff >= backoff, 'maxBackoff must not be shorter than backoff'),
    circuitBreaker: z
      .strictObject({
        /** Calls of one caller under way at once; more are refused as UNAVAILABLE. */
        maxRequests: z.int().min(1).max(1_000_000).default(1_024),
      })
      .prefault({}),
    outliers: z
      .strictObject({
        /** An instance is ejected when at least this share of its calls fails; 0: none ever is. */
        failurePercent: z.int('must be whole percent').min(0).max(100).default(80),
        /** Calls that it must have had in an interval to be judged. */
        minCalls: z.int().min(1).max(10_000).default(5),
        interval: duration(100, 600_000).prefault('5s'),
        ejection: duration(100, 3_600_000).prefault('10s'),
        maxEjectedPercent: z.int('must be whole percent').min(1).max(100).default(50),
      })
      .prefault({}),
    loadBalancing: z
      .union(
        [
          z.literal('roundRobin'),
          /** Calls with the same value of this header go to the same instance while it is there. */
          z.strictObject({ sticky: z.string().regex(/^[a-z0-9-]{1,64}$/, 'must be the name of a header, for example x-user-id') }),
        ],
        'must be roundRobin, or sticky with the name of a header',
      )
      .default('roundRobin'),
    /** Trouble on purpose, for tests and game days: a share of the calls of a method ("*": of all) is late, or refused. */
    faults: z
      .array(
        z
          .strictObject({
            method: z.string().regex(/^(\*|[A-Z][A-Za-z0-9]{0,99})$/, 'must be the name of a method, for example GetProduct, or "*"'),
            delay: duration(1, 60_000).optional(),
            abort: z.enum(ABORTS, `must be one of ${ABORTS.join(', ')}`).optional(),
            percent: z.int('must be whole percent').min(1).max(100).default(100),
          })
          .refine(({ delay, abort }) => delay !== undefined || abort !== undefined, 'must have a delay or an abort'),
      )
      .max(20)
      .default([]),
    /** Shares of the calls by version, for canaries; versions that are not named get none. */
    weights: z
      .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/, 'must be a version'), z.int().min(0).max(10_000))
      .refine((weights) => Object.values(weights).some((weight) => weight > 0), 'at least one version must have a weight above 0')
      .optional(),
  })
  .prefault({});

/** How a service is called by the others. Durations are milliseconds. */
export type Policy = z.output<typeof policySchema>;

/** What holds for a service without a file. */
export const DEFAULT_POLICY: Policy = policySchema.parse({});
