import type { Config } from 'jest'

/**
 * Four projects, told apart by the test's suffix: plain `.test.ts`, `.media.test.ts`, `.browser.test.ts` and, for browser tests that
 * measure milliseconds, or fill two cores alone as a call of four does, and want the machine to themselves, `.metered.test.ts`.
 */
const common = {
  rootDir: '.',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          target: 'es2024',
          transform: { react: { runtime: 'automatic' } },
        },
        module: { type: 'es6' },
      },
    ] as [string, Record<string, unknown>],
  },
  modulePathIgnorePatterns: ['<rootDir>/(client|server|sfu)/dist', '<rootDir>/data'],
}

const config: Config = {
  maxWorkers: 2,
  // Of `it.concurrent`: two walks through the product fill two cores; a third made pages wait a minute where these were slow.
  maxConcurrency: 2,
  testTimeout: 20_000,
  workerIdleMemoryLimit: '1GB',
  testSequencer: '<rootDir>/scripts/test-order.ts',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['**/*.test.ts', '**/*.test.tsx'],
      testPathIgnorePatterns: ['/node_modules/', '\\.(media|browser|metered)\\.test\\.ts$'],
    },
    { ...common, displayName: 'media', testMatch: ['**/*.media.test.ts'] },
    { ...common, displayName: 'metered', testMatch: ['**/*.metered.test.ts'] },
    { ...common, displayName: 'browser', testMatch: ['**/*.browser.test.ts'] },
  ],
}

export default config
