import { Failure } from '@shopverse/mesh/failure';
import { passwordAdvice, refusePassword } from '../domain/password-rule.ts';

/** A password that somebody wants to have. */
export interface WantedPassword {
  /** The request's field that it came in. */
  readonly field: string;
  readonly password: string;
  /** Of the account, in its kept form. */
  readonly email: string;
}

/** Throws PASSWORD_REFUSED, with what to do better, when the password must not be used. */
export function checkNewPassword({ field, password, email }: WantedPassword, common: ReadonlySet<string>): void {
  const refusal = refusePassword(password, email, common);
  if (refusal === undefined) return;
  const message = passwordAdvice[refusal];
  throw new Failure('PASSWORD_REFUSED', `The password ${message}.`, {
    metadata: { refusal },
    violations: [{ field, message, ruleId: refusal }],
  });
}
