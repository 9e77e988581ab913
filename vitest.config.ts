import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that run real servers and processes side by side; a machine that is busy with something else can make one of them late. */
const SYSTEMS = ['test/{contract,e2e,faults,lab,hosts,backends}/**/*.test.ts'];

/** What takes minutes begins first and what takes a second fills the end, so that no long file is left running alone. */
const LONGEST_FIRST = [/^test\/faults\//, /^test\/e2e\//, /^test\/(contract|backends|hosts)\//];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const path = moduleId.slice(import.meta.dirname.length + 1);
      const at = LONGEST_FIRST.findIndex((form) => form.test(path));
      return at < 0 ? LONGEST_FIRST.length : at;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // What is polled for comes when it comes; only what never comes is a failure.
    expect: { poll: { timeout: 20_000 } },
    // Two cores, and tests that mostly wait for servers, jobs and clocks.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        // Loading a file's imports costs more than most of these tests do: files share what is loaded.
        test: { name: 'pure', isolate: false, include: ['test/**/*.test.ts'], exclude: [...SYSTEMS, 'test/live/**', 'node_modules/**'] },
      },
      // The report names every test that needed its second try.
      { extends: true, test: { name: 'systems', include: SYSTEMS, retry: 1 } },
    ],
  },
});
