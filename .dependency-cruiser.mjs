/** Who may import whom. The rules of docs/guides/testing.md, "What the static checks refuse"; tests/quality/dependency-rules.test.ts proves them. */

const testCode = String.raw`(\.test\.ts$|/testing/|^tests/|^bench/)`;

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Modules that import each other can only be understood, tested and loaded together.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-dead-ends',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'services-meet-over-the-wire-only',
      comment: 'Services call each other over gRPC and hear of each other over Kafka. Their tests know it no other way either.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'services-know-no-surroundings',
      comment: 'A service runs behind any edge, on a laptop or in a cluster. Its tests may start real servers with local/.',
      severity: 'error',
      from: { path: '^services/', pathNot: testCode },
      to: { path: '^(gateway|local|deploy)/' },
    },
    {
      name: 'the-house-knows-no-rooms',
      comment: 'The mesh, the contracts and the edge work for any service, so they import none; nor what starts them all.',
      severity: 'error',
      from: { path: '^(mesh|proto|gateway)/', pathNot: testCode },
      to: { path: '^(services|local|deploy)/' },
    },
    {
      name: 'the-mesh-knows-no-edge',
      severity: 'error',
      from: { path: '^(mesh|proto)/', pathNot: testCode },
      to: { path: '^gateway/' },
    },
    {
      name: 'the-contracts-stand-alone',
      severity: 'error',
      from: { path: '^proto/' },
      to: { path: '^(mesh|services|gateway|local|deploy)/' },
    },
    {
      name: 'the-domain-is-pure',
      comment:
        'Business rules import nothing but each other, money, the reasons to refuse, and tables of the world (postal codes, phone numbers): no gRPC, database, Kafka or telemetry.',
      severity: 'error',
      from: { path: '^services/([^/]+)/domain/', pathNot: testCode },
      to: { pathNot: String.raw`^(services/$1/domain/|mesh/(money|failure)\.ts$|node_modules/(validator|libphonenumber-js)/)` },
    },
    {
      name: 'nothing-needs-tests',
      comment: 'What runs in production imports neither tests, nor benchmarks, nor what helps them.',
      severity: 'error',
      from: { pathNot: testCode },
      to: { path: testCode },
    },
    {
      name: 'kafka-has-one-door',
      comment: 'The client library of Kafka is wrapped once; all else speaks of events.',
      severity: 'error',
      from: { pathNot: String.raw`^mesh/events/(kafka|kafkajs-idle-timer|kafkajs-idle-timer\.test)\.ts$` },
      to: { path: '(^|/)node_modules/kafkajs/' },
    },
    {
      name: 'packages-are-declared',
      comment: 'The package is in no package.json above the importing file: it is there by luck.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'production-needs-no-development-package',
      comment: 'devDependencies are not installed in the container image.',
      severity: 'error',
      from: { path: '^(mesh|services)/', pathNot: testCode },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'] },
    },
  ],
  options: {
    parser: 'swc',
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: String.raw`(^|/)(\.gen-|\.shopverse/|coverage/)` },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs'],
    },
  },
};
