export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  transform: { '\\.ts$': '<rootDir>/__tests__/support/strip-types.js' },
  extensionsToTreatAsEsm: ['.ts'],
  globalSetup: '<rootDir>/__tests__/support/warm-cache.js',
  testTimeout: 180_000,
  // Most tests of the action wait for a server or a clock: two at once, even on two cores.
  maxWorkers: 2,
}
