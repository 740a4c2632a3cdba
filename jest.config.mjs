export default {
  testEnvironment: '<rootDir>/tools/jest-environment.mjs',
  testMatch: ['<rootDir>/{libs,apps}/*/src/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
      sourceMaps: 'inline',
    }],
  },
  // Workspace packages are links into this tree and ship TypeScript, so they are transformed like our own files.
  transformIgnorePatterns: ['/node_modules/(?!@facenet/)'],
  // Most tests compute on one core; the usual number, one less than there are, leaves half of a small machine idle.
  maxWorkers: '100%',
  // A busy machine may take ten times as long; nothing here is about speed.
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/tools/jest-summary.mjs'],
};
