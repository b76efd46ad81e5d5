import { isIP } from 'node:net';
import type { Call } from '@shopverse/mesh/rpc/call';
import { header } from '@shopverse/mesh/rpc/headers';
import type { Origin } from '../domain/security-event.ts';
import { shortenUserAgent } from '../domain/user-agent.ts';

/** Where a call comes from. The edge writes x-forwarded-for anew, with the one address that it believes; what is no address is left out. */
export function originOf(call: Pick<Call, 'metadata' | 'requestId'>): Origin {
  const address = header(call.metadata, 'x-forwarded-for') ?? '';
  return {
    address: isIP(address) === 0 ? '' : address,
    userAgent: shortenUserAgent(header(call.metadata, 'user-agent')),
    requestId: call.requestId,
  };
}
