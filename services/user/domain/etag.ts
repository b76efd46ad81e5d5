/** The etag of a version (AIP-154). */
export const etagOf = (version: number): string => `"${version}"`;
