import type { Access } from '../contract/methods.ts';
import { httpFilter, httpFilterType, type Extension, type TypedConfig } from '../envoy.ts';
import { claims } from './jwt.ts';

/** Denies whatever no route opens. */
export const rbacFilter: Extension = httpFilter('rbac', 'rbac.v3.RBAC', { rules: { action: 'ALLOW', policies: {} } });

/** On a route: everybody may pass. */
export const everybody: TypedConfig = { '@type': httpFilterType('rbac.v3.RBACPerRoute') };

/** The rule of a route with this access. It is a second lock behind the token filter's: it believes verified claims alone. */
export function allow(access: Access): TypedConfig {
  switch (access.level) {
    case 'PUBLIC':
      return everybody;
    case 'SIGNED_IN':
      return policy('signed-in', [claimIs('sub', { safe_regex: { regex: '.+' } })]);
    case 'ROLES':
      return policy(`role-${access.roles.join('-or-').toLowerCase()}`, access.roles.map((exact) => claimIs('role', { exact }))); // prettier-ignore
    case 'INTERNAL':
      return policy('nobody', [{ not_id: { any: true } }]);
  }
}

function policy(name: string, principals: readonly object[]): TypedConfig {
  return {
    '@type': httpFilterType('rbac.v3.RBACPerRoute'),
    rbac: { rules: { action: 'ALLOW', policies: { [name]: { permissions: [{ any: true }], principals } } } },
  };
}

const claimIs = (claim: string, string_match: object): object => ({
  sourced_metadata: { metadata_matcher: { filter: claims.filter, path: [{ key: claims.key }, { key: claim }], value: { string_match } } },
});
