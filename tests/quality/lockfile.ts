/** What matters here of one package in package-lock.json. */
export interface LockedPackage {
  readonly version?: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export type LockedPackages = Readonly<Record<string, LockedPackage>>;

/** A package for one platform that another package wants, but the lockfile does not have. */
export interface MissingPackage {
  readonly name: string;
  readonly version: string;
  readonly wantedBy: string;
}

/**
 * Optional dependencies that stand in no entry of the lockfile. npm leaves one out when the registry it asks does not have it (a mirror
 * with the packages of one platform only), and then `npm ci` refuses the lockfile.
 */
export function missingPackages(packages: LockedPackages): MissingPackage[] {
  const names = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !names.has(name))
      .map(([name, version]) => ({ name, version, wantedBy: path.replace(/^.*node_modules\//, '') })),
  );
}

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors: Readonly<Record<string, string>> = {
  aarch64: 'arm64',
  arm: 'arm',
  arm64: 'arm64',
  armv7: 'arm',
  ia32: 'ia32',
  loong64: 'loong64',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  x64: 'x64',
};
const libraries: Readonly<Record<string, string>> = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' };

/**
 * The entry for such a package: its platform is in its name, so npm installs it where it belongs and nowhere else. Throws when the name
 * tells no platform, or the version is a range.
 */
export function entryOf({ name, version, wantedBy }: MissingPackage): LockedPackage {
  const words = (name.split('/').at(-1) ?? '').split('-');
  const os = words.find((word) => systems.includes(word));
  const cpu = words.map((word) => processors[word]).find((word) => word !== undefined);
  const libc = os === 'linux' ? words.map((word) => libraries[word]).find((word) => word !== undefined) : undefined;
  if (os === undefined || cpu === undefined || !/^\d/.test(version)) {
    throw new Error(`${name}@${version}, which ${wantedBy} wants, is missing from package-lock.json, and its name tells no platform.`);
  }
  return { version, optional: true, os: [os], cpu: [cpu], ...(libc !== undefined && { libc: [libc] }) };
}
