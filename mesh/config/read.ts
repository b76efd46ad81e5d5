import { z } from 'zod';

/** Settings of a process, by the name of their environment variable. */
export type Settings = Readonly<Record<string, z.ZodType>>;

/** The values of `Settings`, validated and typed. */
export type Config<S extends Settings> = { readonly [Name in keyof S]: z.output<S[Name]> };

/** Settings that are wrong or missing: one plain sentence a setting, with what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the settings from the environment, once, at the start of a process. An empty variable counts as not given.
 *
 * @throws ConfigError naming each setting that is wrong; the value of a setting is never in the message, as it may be a secret.
 */
export function readConfig<S extends Settings>(settings: S, environment: NodeJS.ProcessEnv = process.env): Config<S> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const result = z.object(settings).safeParse(given);
  if (result.success) return result.data as Config<S>;
  const sentences = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const doc = settings[name]?.meta()?.description;
    return `${name} ${issue.message}${doc === undefined ? '' : ` (${doc})`}`;
  });
  throw new ConfigError(`Set these in the environment: ${sentences.join('; ')}.`);
}

/** The settings as an operator may see them: secrets are replaced by "***". */
export function shownConfig<S extends Settings>(settings: S, config: Config<S>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, kind]) => [name, kind.meta()?.['secret'] === true ? '***' : config[name as keyof S]]),
  );
}

/** One row of the settings reference. */
export interface SettingDoc {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly default: string | undefined;
  readonly secret: boolean;
}

/** The reference of a process's settings, for docs and .env.example. */
export function describeSettings(settings: Settings): SettingDoc[] {
  return Object.entries(settings).map(([name, kind]) => {
    const meta = kind.meta() ?? {};
    const fallback = kind.safeParse(undefined);
    const value: unknown = fallback.success ? fallback.data : undefined;
    return {
      name,
      description: meta.description ?? '',
      unit: typeof meta['unit'] === 'string' ? meta['unit'] : '',
      default: shownDefault(value),
      secret: meta['secret'] === true,
    };
  });
}

function shownDefault(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
