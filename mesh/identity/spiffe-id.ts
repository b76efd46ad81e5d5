/** Trust domain of the shop's workloads. */
export const TRUST_DOMAIN = 'shopverse';

/** The SPIFFE id of a workload: `spiffe://shopverse/order` (SPIFFE-ID standard, section 2). */
export function spiffeId(workload: string): string {
  return `spiffe://${TRUST_DOMAIN}/${workload}`;
}

const SPIFFE_URI = /(?:^|, )URI:spiffe:\/\/shopverse\/([a-z][a-z0-9-]{0,62})(?=$|, )/g;

/**
 * The workload named by a certificate's subject alternative names, in the form Node gives them ("DNS:order, URI:spiffe://shopverse/order").
 * Undefined unless exactly one SPIFFE id of this trust domain is there (X.509-SVID, section 2: exactly one URI).
 */
export function workloadOf(subjectAltName: string | undefined): string | undefined {
  if (subjectAltName === undefined || subjectAltName.split('URI:').length !== 2) return undefined;
  const [match] = subjectAltName.matchAll(SPIFFE_URI);
  return match?.[1];
}
