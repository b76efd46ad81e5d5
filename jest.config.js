/** One runner for unit tests (beside the code) and for the tests that cross services (tests/). See docs/guides/testing.md. */
const transform = { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }] };
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform,
  modulePathIgnorePatterns: ['<rootDir>/.shopverse'],
};

export default {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{proto,mesh,services,gateway,local,bench}/**/*.test.ts'], testPathIgnorePatterns: ['/node_modules/', '\\.integration\\.test\\.ts$'] },
    { ...shared, displayName: 'integration', testMatch: ['<rootDir>/{mesh,services,gateway,local}/**/*.integration.test.ts'] },
    { ...shared, displayName: 'end-to-end', testMatch: ['<rootDir>/tests/**/*.test.ts'] },
  ],
};
