import { isIPv4, isIPv6 } from 'node:net';

/** Labels of letters, digits and inner hyphens, 253 characters with an optional dot at the end; the last label is not all digits (RFC 1123). */
export function isHostname(text: string): boolean {
  if (text.length > 253) return false;
  const labels = (text.endsWith('.') ? text.slice(0, -1) : text).split('.');
  return labels.every((label) => label.length <= 63 && hostLabel.test(label)) && !allDigits.test(labels.at(-1) ?? '');
}
const hostLabel = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const allDigits = /^[0-9]+$/;

/** An IPv4 address in dotted decimals, without leading zeros. */
export const isIpv4 = (text: string): boolean => isIPv4(text);

/** An IPv6 address (RFC 4291), with any zone after "%" (RFC 4007). */
export function isIpv6(text: string): boolean {
  const percent = text.indexOf('%');
  if (percent < 0) return isIPv6(text);
  return percent < text.length - 1 && isIPv6(text.slice(0, percent));
}

export const isIp = (text: string): boolean => isIpv4(text) || isIpv6(text);
