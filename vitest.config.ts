import { defineConfig } from 'vitest/config';

/** Tests that run real servers and processes side by side; a machine that is busy with something else can make one of them late. */
const SYSTEMS = ['test/{contract,e2e,faults,lab,hosts,backends}/**/*.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // What is polled for comes when it comes; only what never comes is a failure.
    expect: { poll: { timeout: 20_000 } },
    // Two cores, and tests that mostly wait for servers, jobs and clocks.
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'pure', include: ['test/**/*.test.ts'], exclude: [...SYSTEMS, 'test/live/**', 'node_modules/**'] } },
      // The report names every test that needed its second try.
      { extends: true, test: { name: 'systems', include: SYSTEMS, retry: 1 } },
    ],
  },
});
