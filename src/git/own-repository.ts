/** What the repositories that we write ourselves have in common. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runGit } from './run-git.ts';

export const IDENTITY = {
  GIT_AUTHOR_NAME: 'Reprobot',
  GIT_AUTHOR_EMAIL: 'reprobot@localhost',
  GIT_COMMITTER_NAME: 'Reprobot',
  GIT_COMMITTER_EMAIL: 'reprobot@localhost',
};

/** Makes the repository, also where an earlier try was killed half-way; a lock that it left behind would stop every later commit. */
export async function prepareRepository(folder: string, doing: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const whole = existsSync(join(folder, '.git', 'HEAD')) && existsSync(join(folder, '.git', 'objects', 'info'));
  if (!whole) await runGit(['init', '--quiet', '--template=', '-b', 'main', '.'], { cwd: folder, doing });
  for (const lock of ['index.lock', 'HEAD.lock', 'refs/heads/main.lock']) await rm(join(folder, '.git', lock), { force: true });
}

/** The old content or the new one, never half. */
export async function writeAtomically(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.tmp`, content);
  await rename(`${path}.tmp`, path);
}
