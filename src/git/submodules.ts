import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ReprobotError } from '../errors.ts';
import { runGit } from './run-git.ts';

export interface SubmoduleRules {
  /** Hosts from which submodules may come. */
  readonly allowedHosts: readonly string[];
  /** The repository itself is a folder of this machine, so its submodules may be folders too. */
  readonly local: boolean;
}

interface Run {
  readonly doing: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/**
 * Fetches the submodules of a checked-out repository, one level deep, because a person asked for them. Every address must be of an
 * allowed host (or relative to the repository's own); otherwise nothing is fetched and git.refused names it.
 */
export async function fetchSubmodules(folder: string, origin: string, rules: SubmoduleRules, run: Run): Promise<void> {
  if (!existsSync(join(folder, '.gitmodules'))) return;
  const listed = await runGit(['config', '--file', '.gitmodules', '--get-regexp', String.raw`^submodule\..*\.url$`], {
    ...run,
    cwd: folder,
  });
  for (const line of listed.split('\n').filter((item) => item !== '')) {
    const url = line.slice(line.indexOf(' ') + 1);
    if (!isAllowed(url, rules)) throw refused(run.doing, url);
  }
  // Relative addresses are read from here.
  await runGit(['remote', 'add', 'origin', origin], { ...run, cwd: folder });
  const file = ['-c', `protocol.file.allow=${rules.local ? 'always' : 'never'}`];
  // --checkout: the way of updating that .gitmodules asks for (a command, even) is not taken.
  await runGit([...file, 'submodule', 'update', '--quiet', '--init', '--checkout', '--depth', '1'], { ...run, cwd: folder });
}

function isAllowed(url: string, rules: SubmoduleRules): boolean {
  if (/^\.{1,2}\//.test(url)) return true;
  if (rules.local && url.startsWith('/')) return true;
  const scp = /^[A-Za-z0-9._-]+@([A-Za-z0-9.-]+):(?!\/\/)/.exec(url);
  if (scp?.[1] !== undefined) return rules.allowedHosts.includes(scp[1].toLowerCase());
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return (protocol === 'https:' || protocol === 'ssh:') && !hostname.startsWith('-') && rules.allowedHosts.includes(hostname.toLowerCase());
}

function refused(doing: string, url: string): ReprobotError {
  return new ReprobotError({
    code: 'git.refused',
    doing,
    why: `its submodule address “${url.slice(0, 200)}” is not of an allowed host`,
    remedy: 'Leave out --submodules, or add the host under git.allowedHosts in reprobot.yaml.',
  });
}
