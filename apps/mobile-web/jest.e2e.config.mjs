import base from '../../jest.config.mjs';

/** The page in a real browser, before a real server. */
export default { ...base, rootDir: '../..', testMatch: ['<rootDir>/apps/mobile-web/e2e/**/*.test.ts'], maxWorkers: 1, testTimeout: 300_000 };
