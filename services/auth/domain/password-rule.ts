/** Why a password is not taken. */
export type PasswordRefusal = 'TOO_SHORT' | 'TOO_LONG' | 'TOO_COMMON' | 'LIKE_EMAIL';

const SHORTEST = 8;
const LONGEST = 128;

/**
 * Judges a password that somebody wants to have, after NIST SP 800-63B: by length (in characters) and by whether it is one of those that everybody tries first,
 * without rules about which characters are in it.
 *
 * @param common lower-case passwords that are tried first
 */
export function refusePassword(password: string, email: string, common: ReadonlySet<string>): PasswordRefusal | undefined {
  const length = [...password].length;
  if (length < SHORTEST) return 'TOO_SHORT';
  if (length > LONGEST) return 'TOO_LONG';
  const folded = password.normalize('NFKC').toLowerCase();
  if (common.has(folded) || isOneCharacter(folded)) return 'TOO_COMMON';
  if (folded === email || folded === email.split('@')[0]) return 'LIKE_EMAIL';
  return undefined;
}

/** What to tell whoever chose the password. */
export const passwordAdvice: Readonly<Record<PasswordRefusal, string>> = {
  TOO_SHORT: `is too short: take at least ${SHORTEST} characters`,
  TOO_LONG: `is too long: take at most ${LONGEST} characters`,
  TOO_COMMON: 'is one of those that everybody tries first: take another, for example a few words that mean something to you alone',
  LIKE_EMAIL: 'is the e-mail address: take another',
};

function isOneCharacter(text: string): boolean {
  return new Set(text).size === 1;
}
