import { isIpv6 } from './host.ts';

// The productions of RFC 3986, appendix A, by their names there.
const pctEncoded = '%[0-9A-Fa-f]{2}';
const unreserved = 'A-Za-z0-9\\-._~';
const subDelims = "!$&'()*+,;=";
const pchar = `(?:[${unreserved}${subDelims}:@]|${pctEncoded})`;
const scheme = '[A-Za-z][A-Za-z0-9+\\-.]*';
const userinfo = `(?:[${unreserved}${subDelims}:]|${pctEncoded})*`;
const regName = `(?:[${unreserved}${subDelims}]|${pctEncoded})*`;
const authority = `(?:${userinfo}@)?(\\[[^\\]/?#]*\\]|${regName})(?::[0-9]*)?`;
const hierPart = `(?://${authority}(?:/${pchar}*)*|/(?:${pchar}+(?:/${pchar}*)*)?|${pchar}+(?:/${pchar}*)*)?`;
const queryOrFragment = `(?:${pchar}|[/?])*`;
const uri = new RegExp(`^${scheme}:${hierPart}(?:\\?${queryOrFragment})?(?:#${queryOrFragment})?$`);

const zone = new RegExp(`^(?:[${unreserved}]|${pctEncoded})+$`);
/** Protovalidate takes no dotted IPv4 at the end of an address in a URI, though the RFC does; every validator shall answer alike. */
const hexAddress = /^[0-9A-Fa-f:]+$/;
const ipvFuture = new RegExp(`^v[0-9A-Fa-f]+\\.[${unreserved}${subDelims}:]+$`);

/** An absolute URI (RFC 3986), with zones in IPv6 literals (RFC 6874). What is percent-encoded in the host must be UTF-8. */
export function isUri(text: string): boolean {
  const match = uri.exec(text);
  if (match === null) return false;
  const host = match[1] ?? '';
  return host.startsWith('[') ? isIpLiteral(host.slice(1, -1)) : isUtf8(host);
}

function isIpLiteral(text: string): boolean {
  const [address = '', ...zones] = text.split('%25');
  if (zones.length > 0 && !zone.test(zones.join('%25'))) return false;
  return (zones.length === 0 && ipvFuture.test(text)) || (hexAddress.test(address) && isIpv6(address));
}

function isUtf8(encoded: string): boolean {
  if (!encoded.includes('%')) return true;
  try {
    decodeURIComponent(encoded);
    return true;
  } catch {
    return false;
  }
}
