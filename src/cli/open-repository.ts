import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSettings, type Settings } from '../config.ts';
import { redactText } from '../core/redact.ts';
import type { RepoInput } from '../core/repo-map/input.ts';
import type { RepoRequest } from '../core/run/events.ts';
import { parseRepoAddress } from '../core/run/repo-address.ts';
import { ReprobotError } from '../errors.ts';
import { cloneRepository } from '../git/clone.ts';
import { runGit } from '../git/run-git.ts';
import { createPythonParser } from '../python/parser.ts';
import { loadRepository } from '../repo-files/load.ts';

export interface WantedRepository {
  /** A folder of this machine or the address of a repository, as typed. */
  readonly typed: string;
  /** Branch, tag or commit; the files as they lie there (or the default branch) when absent. */
  readonly ref?: string | undefined;
  readonly subfolder?: string | undefined;
  /** Relative folders start here. */
  readonly cwd: string;
}

/**
 * Reads the files of a folder or of a repository's address, ready to be mapped. What is cloned lies in a temporary folder that is gone
 * when this returns or rejects. Rejects with `usage.bad-input`, `config.invalid` or what git says; runs nothing of the repository.
 */
export async function openRepository(wanted: WantedRepository): Promise<RepoInput> {
  const path = resolve(wanted.cwd, wanted.typed);
  const there = wanted.typed.trim() === '' ? undefined : statSync(path, { throwIfNoEntry: false });
  const isFolder = there?.isDirectory() === true;
  if (there !== undefined && !isFolder) throw badInput(wanted.typed, 'it is a file, not a folder', NAME_ONE);
  const read = readRequest(isFolder ? path : wanted.typed, wanted);
  const repo = isFolder ? { ...read, url: path } : read;
  const name = nameOfAddress(repo.url);
  if (isFolder && repo.ref !== null && !isGitFolder(path))
    throw badInput(
      wanted.typed,
      `it is no git repository, so it has no “${repo.ref}”`,
      'Leave --ref out to read the files as they lie there.',
    );
  if (!isFolder || repo.ref !== null) return cloneAndRead(repo, name, readGitSettings(wanted));
  return readFolder(path, name, await readCommit(path), repo.subfolder);
}

function readRequest(address: string, wanted: WantedRepository): RepoRequest {
  const { allowedHosts } = readGitSettings(wanted);
  const given = {
    ...(wanted.ref === undefined ? {} : { ref: wanted.ref }),
    ...(wanted.subfolder === undefined ? {} : { subfolder: wanted.subfolder.replace(/^(\.\/)+|^\.$/, '') }),
  };
  const parsed = parseRepoAddress(address, { allowedHosts, embedded: true }, given);
  if (parsed.ok) return parsed.repo;
  throw badInput(redactText(wanted.typed), parsed.why, `${NAME_ONE} reprobot.yaml lists the allowed hosts under git.allowedHosts.`);
}

/**
 * The settings of whoever reads a repository. A reprobot.yaml inside the folder that is read is the repository's and decides nothing: it
 * could name hosts and interpreters.
 */
export function readSettingsFor({ typed, cwd }: Pick<WantedRepository, 'typed' | 'cwd'>): Settings {
  const isInside = `${resolve(cwd)}/`.startsWith(`${resolve(cwd, typed)}/`);
  // No token is used here; the settings only want one because everybody else needs it.
  return loadSettings({ SLACK_BOT_TOKEN: 'xoxb-unset', ...process.env }, isInside ? ROOT : cwd);
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

function readGitSettings(wanted: WantedRepository): Settings['git'] {
  return readSettingsFor(wanted).git;
}

async function cloneAndRead(repo: RepoRequest, name: string, settings: Settings['git']): Promise<RepoInput> {
  const { allowedHosts, maxMegabytes, timeoutSeconds } = settings;
  const limits = { maxBytes: maxMegabytes * 1_000_000, timeoutMs: timeoutSeconds * 1000, allowedHosts, embedded: true };
  const temporary = await mkdtemp(join(tmpdir(), 'reprobot-map-'));
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, stop);
  try {
    const folder = join(temporary, 'repo');
    const cloned = await cloneRepository(repo, folder, limits, { signal: interrupted.signal });
    return await readFolder(folder, name, cloned, repo.subfolder);
  } finally {
    for (const signal of signals) process.off(signal, stop);
    await rm(temporary, { recursive: true, force: true });
  }
}

const NAME_ONE = 'Give the path of a folder or an address such as https://github.com/owner/name.';

/** A work tree, or a repository without one. */
function isGitFolder(path: string): boolean {
  return existsSync(join(path, '.git')) || (existsSync(join(path, 'HEAD')) && existsSync(join(path, 'objects')));
}

interface Commit {
  readonly commit: string | null;
  readonly committedAt: string | null;
}

async function readFolder(folder: string, name: string, { commit, committedAt }: Commit, subfolder: string): Promise<RepoInput> {
  const { files, warnings } = loadRepository(folder);
  if (files.length === 0) throw badInput(name, 'it holds no files', NAME_ONE);
  if (subfolder !== '' && !files.some((file) => file.path.startsWith(`${subfolder}/`)))
    throw badInput(subfolder, 'the repository has no such folder', 'Name a folder within it, as in --path examples/mnist.');
  return { name, commit, committedAt, subfolder, files, warnings, parse: await createPythonParser() };
}

/** The commit that is checked out in a folder; nothing where the folder is no repository of its own. */
async function readCommit(folder: string): Promise<Commit> {
  const none = { commit: null, committedAt: null };
  if (!existsSync(join(folder, '.git'))) return none;
  // Nothing has to be fetched to read a commit, and its settings could name a program for that.
  const options = { cwd: folder, doing: `reading ${folder}`, timeoutMs: 10_000, env: { GIT_ALLOW_PROTOCOL: 'none' } };
  const shown = await runGit(['log', '-1', '--no-show-signature', '--format=%H %cI'], options).catch(() => '');
  const [commit, committedAt] = shown.trim().split(' ');
  return commit === undefined || committedAt === undefined ? none : { commit, committedAt };
}

function nameOfAddress(address: string): string {
  if (!/^(https?|ssh):\/\//.test(address)) return basename(resolve(address)) || 'repository';
  return address
    .replace(/\.git$/, '')
    .split('/')
    .slice(-2)
    .join('/');
}

function badInput(what: string, why: string, remedy: string): ReprobotError {
  return new ReprobotError({ code: 'usage.bad-input', doing: `reading ${what}`, why, remedy });
}
