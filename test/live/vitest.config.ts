import { defineConfig } from 'vitest/config';

/** npx vitest run --config test/live/vitest.config.ts – tests that need the network; the usual run leaves them out. */
export default defineConfig({ test: { include: ['test/live/**/*.test.ts'], maxWorkers: 1 } });
