/** The few shapes of Envoy's configuration that pass between files; the rest is written as documented, in place. */

/** An extension's configuration: google.protobuf.Any in JSON. */
export type TypedConfig = { readonly '@type': string } & Readonly<Record<string, unknown>>;

/** A named extension: an HTTP filter, an access log, a tracer. */
export interface Extension {
  readonly name: string;
  readonly typed_config: TypedConfig;
}

/** config.route.v3.Route, as far as the edge uses it. */
export interface Route {
  readonly name: string;
  readonly match: ({ readonly path: string } | { readonly prefix: string }) & { readonly headers?: readonly object[] };
  readonly typed_per_filter_config?: Readonly<Record<string, TypedConfig>>;
  readonly [field: string]: unknown;
}

/** config.cluster.v3.Cluster. */
export interface Cluster {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** The type URL of an HTTP filter's message: `httpFilterType('rbac.v3.RBAC')`. */
export const httpFilterType = (message: string): string => `type.googleapis.com/envoy.extensions.filters.http.${message}`;

/** An HTTP filter under its usual name. */
export const httpFilter = (name: string, message: string, config: Readonly<Record<string, unknown>> = {}): Extension => ({
  name: filterName(name),
  typed_config: { '@type': httpFilterType(message), ...config },
});

/** `envoy.filters.http.rbac`. */
export const filterName = (name: string): string => `envoy.filters.http.${name}`;

/** config.core.v3.HeaderValueOption: the header gets this value, whatever it had. */
export const overwrite = (key: string, value: string) => ({ header: { key, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' });

/** A duration as JSON has it (google.protobuf.Duration). */
export const seconds = (ms: number): string => `${ms / 1000}s`;
