/** A Python with scikit-learn and pandas, as Kaggle’s image has them; `npm test` sees to it that Debian’s is there. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The first interpreter that has both. */
export async function findSciencePython(): Promise<string> {
  for (const python of ['/usr/bin/python3', 'python3']) {
    const found = await run(python, ['-c', 'import sklearn, pandas']).then(
      () => true,
      () => false,
    );
    if (found) return python;
  }
  throw new Error('no python3 here imports scikit-learn and pandas: apt-get install python3-sklearn python3-pandas');
}
