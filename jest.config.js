export default {
  testEnvironment: './test/support/environment.cjs',
  // Each processor: much of the time of a test is its connector's.
  maxWorkers: '100%',
  // What a test file leaves behind is never collected: a fresh worker costs a second, a full one more.
  workerIdleMemoryLimit: '1GB',
  // A slow machine is no failure.
  testTimeout: 30_000,
  cacheDirectory: 'node_modules/.cache/jest',
  // Holds a package.json of each package in the bundle; the packages themselves are elsewhere.
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' } }],
  },
};
