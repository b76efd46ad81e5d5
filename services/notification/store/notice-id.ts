import { createHash } from 'node:crypto';

/**
 * The id of the notice that `eventId` makes due to `userId`: a UUIDv7 (RFC 9562) whose time is the event's and whose random bits are a hash of both
 * ids. The same event gives the same id each time it is delivered, and ids sort by when things happened.
 */
export function noticeId({ eventId, userId, at }: { readonly eventId: string; readonly userId: string; readonly at: Date }): string {
  const bytes = createHash('sha256')
    .update(JSON.stringify([eventId, userId]))
    .digest()
    .subarray(0, 16);
  bytes.writeUIntBE(at.getTime(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** No notice of this time or later has an id that sorts before this one, and no earlier one an id behind it. */
export function firstIdAt(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}
