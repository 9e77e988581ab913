// `npm test`: installs what the tests need (real Redis, Slurm, sshd, Chromium), then runs them. Arguments go to vitest.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkNode, FOR_TESTS, installModules, installPrograms, ROOT } from './install.mjs';

checkNode();
installPrograms(FOR_TESTS, { strict: true });
installModules();
if (process.argv[2] !== '--install-only') process.exit(runTests(process.argv.slice(2)));

/** Runs vitest and ends with one plain line of counts; no test at all is a failure. */
function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'reprobot-test-'));
  const report = join(folder, 'report.json');
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const run = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...args], { cwd: ROOT, stdio: 'inherit' });
  const counts = readCounts(report);
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
  return run.status === 0 && counts.passed === 0 ? 1 : (run.status ?? 1);
}

function readCounts(report) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}
