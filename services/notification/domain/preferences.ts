import { NOTICE_KINDS, type NoticeKind } from './notice.ts';
import { isTime, isTimeZone, type QuietHours } from './quiet-hours.ts';

/** How somebody is told of one kind of thing. */
export interface Channels {
  readonly inApp: boolean;
  readonly mail: boolean;
}

/** What somebody wants to be told. A kind that is not named is told in every way. */
export interface Preferences {
  readonly kinds: { readonly [Kind in NoticeKind]?: Channels };
  /** When mails wait; undefined: never. */
  readonly quiet: QuietHours | undefined;
}

/** What is about the security of the account: always mailed, at any hour. */
const SECURITY_KINDS: ReadonlySet<NoticeKind> = new Set<NoticeKind>([
  'LOGGED_IN',
  'PASSWORD_RESET',
  'PASSWORD_CHANGED',
  'SESSION_ENDED',
  'ROLE_CHANGED',
]);

/** Whether a kind is about the security of the account. */
export const isAboutSecurity = (kind: NoticeKind): boolean => SECURITY_KINDS.has(kind);

/** What counts until somebody says something else. */
export const DEFAULTS: Preferences = { kinds: {}, quiet: undefined };

/** How somebody is told of a kind of thing. */
export function channelsOf({ kinds }: Preferences, kind: NoticeKind): Channels {
  const { inApp, mail } = kinds[kind] ?? { inApp: true, mail: true };
  return { inApp, mail: mail || isAboutSecurity(kind) };
}

/** What is wrong with wished preferences: the field and a sentence; undefined when nothing is. */
export function faultOf(
  kinds: readonly (Channels & { readonly kind: NoticeKind })[],
  quiet: QuietHours | undefined,
): { readonly field: string; readonly sentence: string } | undefined {
  for (const [index, { kind, mail }] of kinds.entries()) {
    const field = `preferences.kinds[${index}]`;
    if (!NOTICE_KINDS.includes(kind)) return { field: `${field}.kind`, sentence: 'is no longer told.' };
    if (kinds.findIndex((other) => other.kind === kind) !== index) return { field: `${field}.kind`, sentence: 'is there twice.' };
    if (!mail && isAboutSecurity(kind)) return { field: `${field}.mail`, sentence: 'must be true: mails about the security of the account can not be switched off.' }; // prettier-ignore
  }
  if (quiet === undefined) return undefined;
  if (!isTime(quiet.start) || !isTime(quiet.end)) return { field: 'preferences.quiet_hours', sentence: 'must have times such as 22:00.' };
  if (quiet.start === quiet.end) return { field: 'preferences.quiet_hours.end', sentence: 'must be another time than the start.' };
  if (!isTimeZone(quiet.timeZone))
    return { field: 'preferences.quiet_hours.time_zone', sentence: 'must be a time zone such as Asia/Kolkata.' };
  return undefined;
}
