import { NOTHING, timeText } from './notice-texts.ts';
import type { NoticeText } from './notice.ts';

/** Somebody asked to set a new password. The link is put into the mail when it leaves: a notice is kept, a token must not be. */
export function passwordReset({ resetId, expiresAt }: { readonly resetId: string; readonly expiresAt: Date }): NoticeText {
  const when = timeText(expiresAt);
  return {
    kind: 'PASSWORD_RESET',
    title: 'Set a new password',
    body: `Somebody asked to set a new password for your account. A link was mailed to you; it is good until ${when}.`,
    subjectId: '',
    facts: { ...NOTHING, when, resetId },
  };
}

/** The password is another one now. */
export function passwordChanged({ byReset, at }: { readonly byReset: boolean; readonly at: Date }): NoticeText {
  const [what, when] = [byReset ? 'set anew by a mailed link' : 'changed', timeText(at)];
  return {
    kind: 'PASSWORD_CHANGED',
    title: 'Your password was changed',
    body: `Your password was ${what} on ${when}, and other devices were signed out. If it was not you, set a new one by "Forgot password".`,
    subjectId: '',
    facts: { ...NOTHING, what, when },
  };
}

/** A session was ended because two people had its token. */
export function sessionEnded({ at }: { readonly at: Date }): NoticeText {
  const when = timeText(at);
  return {
    kind: 'SESSION_ENDED',
    title: 'A device was signed out for safety',
    body: `A copy of one of your devices' sign-in was used on ${when}, so that device was signed out. If you do not know why, change your password.`,
    subjectId: '',
    facts: { ...NOTHING, when },
  };
}

/** One may do more, or less, than before. */
export function roleChanged({ admin, at }: { readonly admin: boolean; readonly at: Date }): NoticeText {
  const [what, when] = [admin ? 'an administrator' : 'a customer', timeText(at)];
  return {
    kind: 'ROLE_CHANGED',
    title: `You are ${what} now`,
    body: `Since ${when} your account is that of ${what}. Sign in again for it to count everywhere.`,
    subjectId: '',
    facts: { ...NOTHING, what, when },
  };
}
