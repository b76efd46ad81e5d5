import { z } from 'zod';

/**
 * Kinds of settings. Each takes the sentence that documents it (what it is, its unit) and, where there is a sensible one, its default;
 * the reference in docs/ and .env.example is generated from these.
 */

/** A host:port to listen on. Port 0 lets the system choose. */
export function listenAddress(fallback: string, doc: string) {
  return z
    .string()
    .regex(/^[^:\s]+:\d{1,5}$/, 'must be host:port, for example 127.0.0.1:50051')
    .default(fallback)
    .meta({ description: doc });
}

/** A duration in whole milliseconds, at least `min`. */
export function durationMs(fallback: number, doc: string, { min = 1, max = 2 ** 31 - 1 } = {}) {
  return z.coerce
    .number(`must be a number of milliseconds`)
    .int()
    .min(min)
    .max(max)
    .default(fallback)
    .meta({ description: doc, unit: 'ms' });
}

/** A whole number. */
export function integer(fallback: number, doc: string, { min = 0, max = Number.MAX_SAFE_INTEGER, unit = '' } = {}) {
  return z.coerce.number('must be a number').int().min(min).max(max).default(fallback).meta({ description: doc, unit });
}

/** A share between 0 and 1. */
export function share(fallback: number, doc: string) {
  return z.coerce.number('must be a number from 0 to 1').min(0).max(1).default(fallback).meta({ description: doc, unit: 'share' });
}

/** A free text with a default. */
export function text(fallback: string, doc: string) {
  return z.string().default(fallback).meta({ description: doc });
}

/** A currency by its ISO 4217 code. */
export function currency(fallback: string, doc: string) {
  return z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as INR')
    .default(fallback)
    .meta({ description: doc });
}

/** A text that must be given. */
export function requiredText(doc: string) {
  return z.string('is required').min(1, 'is required').meta({ description: doc });
}

/** A secret that must be given: never logged, shown by /info or put in an error. */
export function secret(doc: string) {
  return z.string('is required').min(1, 'is required').meta({ description: doc, secret: true });
}

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words, fallback: Words[number], doc: string) {
  return z
    .enum(words, `must be one of ${words.join(', ')}`)
    .default(fallback as never)
    .meta({ description: doc });
}

/** A comma-separated list of texts. */
export function list(fallback: string, doc: string) {
  return z
    .string()
    .default(fallback)
    .transform((value) => value.split(',').map((part) => part.trim()).filter((part) => part !== ''))
    .meta({ description: doc }); // prettier-ignore
}

/** A URL with one of the schemes, which may hold a password and is therefore never shown. */
export function url(schemes: readonly string[], doc: string) {
  return z
    .string('is required')
    .refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol), `must be a URL starting with ${schemes.map((s) => `${s}//`).join(' or ')}`)
    .meta({ description: doc, secret: true }); // prettier-ignore
}

/** postgres://role:password@host:port/database */
export function postgresUrl(doc: string) {
  return url(['postgres:', 'postgresql:'], doc);
}

/** mongodb://host:port/database */
export function mongoUrl(doc: string) {
  return url(['mongodb:', 'mongodb+srv:'], doc);
}

/** http://user:password@host:port/database */
export function clickHouseUrl(doc: string) {
  return url(['http:', 'https:'], doc);
}
