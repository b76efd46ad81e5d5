/**
 * The one form under which an e-mail address is kept, looked up and compared: compatibility forms folded (NFKC, Unicode TR 15), lower case, no white
 * space around it. Doing it twice changes nothing. Two people never differ by case alone: no provider of note tells `Asha@` from `asha@`.
 */
export function normaliseEmail(given: string): string {
  return given.normalize('NFKC').toLowerCase().normalize('NFKC').trim();
}
