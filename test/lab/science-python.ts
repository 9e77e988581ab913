/** A Python with scikit-learn and pandas, as Kaggle’s image has them; made once on a machine and used by every test after that. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FOLDER = join(tmpdir(), 'reprobot-science-1');
const INSTALL_MS = 600_000;
const PACKAGES = ['scikit-learn', 'pandas'];

/** The interpreter: the system’s own where it has both, else that of a virtual environment with the newest wheels. */
export async function findSciencePython(): Promise<string> {
  const own = await run('python3', ['-c', 'import sklearn, pandas']).then(
    () => true,
    () => false,
  );
  if (own) return 'python3';
  if (!existsSync(join(FOLDER, 'ready'))) await install();
  return join(FOLDER, 'bin', 'python');
}

async function install(): Promise<void> {
  await run('python3', ['-m', 'venv', '--clear', FOLDER]);
  await run(join(FOLDER, 'bin', 'pip'), ['install', '--quiet', '--retries', '0', ...PACKAGES], { timeout: INSTALL_MS });
  await writeFile(join(FOLDER, 'ready'), '');
}
