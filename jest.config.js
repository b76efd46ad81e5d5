/** One runner for unit tests (beside the code) and for the tests that cross services (tests/). See docs/guides/testing.md. */
const transform = { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }] };
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform,
  injectGlobals: false,
  modulePathIgnorePatterns: ['<rootDir>/.shopverse', '<rootDir>/(proto|client)/\\.gen-', '<rootDir>/client/dist'],
};
const packages = '{proto,mesh,services,gateway,client,local,bench,deploy}';
const isIntegration = '\\.integration\\.test\\.ts$';

export default {
  // On a busy machine of two cores a test that is right may take a while; one that hangs still ends.
  testTimeout: 90_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: [`<rootDir>/${packages}/**/*.test.ts`, '<rootDir>/tests/quality/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', isIntegration],
    },
    {
      ...shared,
      displayName: 'integration',
      testMatch: [`<rootDir>/${packages}/**/*.integration.test.ts`, '<rootDir>/tests/saga/*.integration.test.ts'],
    },
    {
      ...shared,
      displayName: 'end-to-end',
      testMatch: ['<rootDir>/tests/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/quality/', '<rootDir>/tests/saga/'],
      globalSetup: '<rootDir>/tests/stack-setup.ts',
      globalTeardown: '<rootDir>/tests/stack-teardown.ts',
    },
  ],
};
