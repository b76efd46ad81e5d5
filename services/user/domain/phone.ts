import { isValidPhoneNumber } from 'libphonenumber-js/max';

/** Whether a number in E.164 is one that its country has given out the like of (libphonenumber's metadata); the empty one is, standing for none. */
export function isPhone(e164: string): boolean {
  return e164 === '' || isValidPhoneNumber(e164);
}
