import type { RestRule } from './contract/methods.ts';
import type { Refusal } from './refusals.ts';

/** What is special in a regular expression, but for the braces of a template's variables. */
const SPECIAL = /[.*+?^$()|[\]\\]/g;

/** RE2 for the paths of a template. A variable is one segment, and no custom verb. */
const pathsOf = (template: string): string => `^${template.replaceAll(SPECIAL, String.raw`\$&`).replaceAll(/\{[^}]*\}/g, '[^/:]+')}$`;

/**
 * For each path of the contracts that exists with other verbs only: 405, and which those are (RFC 9110, section 15.5.6). They stand before the refusal of paths that are
 * not there at all.
 */
export function verbRefusals(rules: readonly RestRule[]): Refusal[] {
  const byPaths = Map.groupBy(rules, ({ template }) => pathsOf(template));
  return [...byPaths].map(([paths, here]) => ({
    reason: 'METHOD_NOT_ALLOWED',
    message: 'This path is there, but not with this verb.',
    when: `response.code == 404 && request.url_path.matches(${JSON.stringify(paths)})`,
    status: 405,
    headers: { allow: [...new Set(here.map(({ verb }) => verb))].toSorted().join(', ') },
  }));
}
