// `npm test`: installs what the tests need (real Redis, Slurm, sshd, Chromium), then runs them. Arguments go to vitest.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkNode, FOR_TESTS, installModules, installPrograms, ROOT } from './install.mjs';

checkNode();
installPrograms(FOR_TESTS, { strict: true });
installModules();
const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
const run = spawnSync(process.execPath, [vitest, 'run', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' });
process.exit(run.status ?? 1);
