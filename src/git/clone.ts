import { cp, lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RepoRequest } from '../core/run/events.ts';
import { ReprobotError } from '../errors.ts';
import { runGit } from './run-git.ts';
import { fetchSubmodules } from './submodules.ts';

export interface CloneLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
  /** Hosts from which submodules may come, when they are asked for. */
  readonly allowedHosts?: readonly string[];
  /** Local folders are allowed as sources. */
  readonly embedded: boolean;
}

export interface Cloned {
  readonly commit: string;
  /** ISO 8601. */
  readonly committedAt: string;
  readonly sizeBytes: number;
  readonly files: number;
}

const SIZE_CHECK_MS = 1_000;
const MAX_FILES = 300_000;

/**
 * Brings a repository into `folder`, which afterwards holds a complete work tree or does not exist. Runs no hook, follows no
 * submodule, fetches no LFS content. A second call with the same commit in place only looks.
 */
export async function cloneRepository(
  repo: RepoRequest,
  folder: string,
  limits: CloneLimits,
  options: { readonly commit?: string | undefined; readonly signal?: AbortSignal } = {},
): Promise<Cloned> {
  const doing = `cloning ${repo.url}`;
  const present = await readClone(folder).catch(() => null);
  if (present !== null && (options.commit === undefined || present.commit === options.commit)) return present;
  const temporary = `${folder}.part`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  const watch = watchSize(temporary, limits.maxBytes, doing);
  const signal = options.signal === undefined ? watch.signal : AbortSignal.any([options.signal, watch.signal]);
  try {
    const source = resolveSource(repo.url, limits);
    if (source.local && !(await isRepository(source.url))) await snapshotFolder(source.url, temporary, doing);
    else {
      const run = { doing, signal, timeoutMs: limits.timeoutMs };
      await fetchInto(source, options.commit ?? repo.ref, temporary, run);
      const rules = { allowedHosts: limits.allowedHosts ?? [], local: source.local };
      if (repo.submodules === true) await fetchSubmodules(temporary, source.url, rules, run);
    }
    await watch.check();
    if (options.signal?.aborted === true) throw new ReprobotError({ code: 'cancelled', doing, why: 'it was cancelled' });
    if (watch.signal.aborted) throw new Error('too large');
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw (options.signal?.aborted === true ? null : watch.failure()) ?? error;
  } finally {
    watch.stop();
  }
  await rm(folder, { recursive: true, force: true });
  await rename(temporary, folder);
  return readClone(folder);
}

interface Source {
  readonly url: string;
  readonly local: boolean;
}

function resolveSource(url: string, limits: CloneLimits): Source {
  if (/^(https?|ssh):\/\//.test(url)) return { url, local: false };
  if (!limits.embedded) {
    throw new ReprobotError({
      code: 'git.refused',
      doing: `cloning ${url}`,
      why: 'folders of this machine are only allowed under npm start',
    });
  }
  return { url: url.startsWith('~/') ? join(homedir(), url.slice(2)) : resolve(url), local: true };
}

async function isRepository(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => null);
  if (info === null || !info.isDirectory()) {
    throw new ReprobotError({
      code: 'git.refused',
      doing: `reading ${path}`,
      why: 'there is no such folder',
      remedy: 'Give the path of a folder or the address of a repository.',
    });
  }
  const names = await readdir(path);
  return names.includes('.git') || (names.includes('HEAD') && names.includes('objects') && names.includes('refs'));
}

async function fetchInto(
  source: Source,
  ref: string | null,
  folder: string,
  run: { doing: string; signal: AbortSignal; timeoutMs: number },
): Promise<void> {
  const git = (args: readonly string[]): Promise<string> => runGit(args, { ...run, cwd: folder });
  const allowFile = source.local ? ['-c', 'protocol.file.allow=always'] : ['-c', 'protocol.file.allow=never'];
  await git(['init', '--quiet', '--template=', '.']);
  const shortCommit = ref !== null && /^[0-9a-f]{4,39}$/.test(ref);
  if (shortCommit) {
    // A server gives a commit by its full name only; a shortened one has to be found in the whole history (or is a branch after all).
    await git([
      ...allowFile,
      'fetch',
      '--quiet',
      '--no-recurse-submodules',
      '--',
      source.url,
      '+refs/heads/*:refs/remotes/origin/*',
      '+refs/tags/*:refs/tags/*',
    ]);
    const name = await git(['rev-parse', '--verify', '--quiet', `refs/remotes/origin/${ref}^{commit}`]).catch(() =>
      git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]),
    );
    await checkOut(name.trim(), folder, run);
    return;
  }
  const fetch = (...depth: string[]): Promise<string> =>
    git([...allowFile, 'fetch', '--quiet', ...depth, '--no-tags', '--no-recurse-submodules', '--', source.url, ref ?? 'HEAD']);
  await fetch('--depth', '1').catch((error: unknown) => {
    // A server that only hands out files cannot give a part of the history.
    if (error instanceof ReprobotError && error.why.includes('does not support shallow')) return fetch();
    if (error instanceof ReprobotError && error.why.includes('find remote ref')) throw describeNoRef(ref, run.doing, error);
    throw error;
  });
  await checkOut('FETCH_HEAD', folder, run);
}

function describeNoRef(ref: string | null, doing: string, cause: ReprobotError): ReprobotError {
  const why = ref === null ? 'the repository has no commit yet' : `it has no branch, tag or commit “${ref}”`;
  const remedy = ref === null ? 'Commit something first.' : 'Name one that it has, or leave it out for the default branch.';
  return new ReprobotError({ code: 'git.failed', doing, why, remedy, cause });
}

/** Lays the files out, unless there are more than anybody works with: a few kilobytes of history can hold a hundred million names. */
async function checkOut(name: string, folder: string, run: { doing: string; signal: AbortSignal; timeoutMs: number }): Promise<void> {
  let files = 0;
  const count = (text: string): void => {
    files += text.split('\0').length - 1;
    if (files <= MAX_FILES) return;
    throw new ReprobotError({ code: 'git.too-large', doing: run.doing, why: `it holds more than ${MAX_FILES} files` });
  };
  await runGit(['ls-tree', '-r', '-z', '--name-only', name], { ...run, cwd: folder, onOutput: count });
  await runGit(['checkout', '--quiet', '--detach', name], { ...run, cwd: folder });
}

/** A plain folder becomes a repository of one commit, so that everything after it has a commit to name. */
async function snapshotFolder(path: string, folder: string, doing: string): Promise<void> {
  await cp(path, folder, { recursive: true, verbatimSymlinks: true, filter: (item) => !/(^|\/)(\.git|__pycache__)$/.test(item) });
  const identity = {
    GIT_AUTHOR_NAME: 'Reprobot',
    GIT_AUTHOR_EMAIL: 'reprobot@localhost',
    GIT_COMMITTER_NAME: 'Reprobot',
    GIT_COMMITTER_EMAIL: 'reprobot@localhost',
  };
  // A fixed date makes the same content the same commit.
  const dated = { ...identity, GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z', GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z' };
  await runGit(['init', '--quiet', '--template=', '.'], { cwd: folder, doing });
  await runGit(['add', '--all', '--force'], { cwd: folder, doing });
  await runGit(['commit', '--quiet', '--allow-empty', '-m', 'snapshot of a folder'], { cwd: folder, doing, env: dated });
}

async function readClone(folder: string): Promise<Cloned> {
  const shown = await runGit(['log', '-1', '--format=%H %cI'], { cwd: folder, doing: `reading ${folder}` });
  const [commit = '', committedAt = ''] = shown.trim().split(' ');
  const names = await runGit(['ls-files', '-z'], { cwd: folder, doing: `reading ${folder}` });
  return { commit, committedAt, sizeBytes: await measureFolder(folder), files: names.split('\0').filter((name) => name !== '').length };
}

/** Bytes of all files below a folder; links are not followed. */
export async function measureFolder(folder: string): Promise<number> {
  let total = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) total += await measureFolder(path);
    else if (entry.isFile()) total += (await lstat(path).catch(() => ({ size: 0 }))).size;
  }
  return total;
}

function watchSize(
  folder: string,
  maxBytes: number,
  doing: string,
): { signal: AbortSignal; check: () => Promise<void>; stop: () => void; failure: () => ReprobotError | null } {
  const controller = new AbortController();
  let failure: ReprobotError | null = null;
  let running: Promise<void> | null = null;
  const check = async (): Promise<void> => {
    const size = await measureFolder(folder);
    if (size <= maxBytes || failure !== null) return;
    const megabytes = Math.round(maxBytes / 1_000_000);
    failure = new ReprobotError({
      code: 'git.too-large',
      doing,
      why: `it is larger than ${megabytes} MB`,
      remedy: 'Raise git.maxMegabytes in reprobot.yaml if that is meant.',
    });
    controller.abort();
  };
  // A folder that takes longer to measure than the time between two looks is not measured twice at once.
  const look = (): void => {
    running ??= check().finally(() => (running = null));
  };
  const timer = setInterval(look, SIZE_CHECK_MS);
  return { signal: controller.signal, check, stop: () => clearInterval(timer), failure: () => failure };
}
