import { v7, validate } from 'uuid';

/** A new id: UUIDv7 (RFC 9562), which sorts by time of birth. */
export function newId(): string {
  return v7();
}

/** Whether `value` is a UUID in the usual notation. */
export function isId(value: string): boolean {
  return validate(value);
}
