import { existsSync } from 'node:fs';
/** A project's own repository: SCRATCH.md, written from the journals and edited by people, here and at the remote. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, ReprobotError } from '../errors.ts';
import { IDENTITY, prepareRepository, writeAtomically } from './own-repository.ts';
import { runGit } from './run-git.ts';

const FILE = 'SCRATCH.md';
/** Marks of lines that people deleted, one a line; with it a clone of the repository knows them, too. */
const DELETED = '.scratch-deleted';
const REMOTE = 'refs/remotes/origin/main';
const PUSH_TIMEOUT_MS = 60_000;

/** What the file was, for whoever writes it anew. */
export interface ScratchBefore {
  readonly current: string;
  /** As we last wrote it; empty where we never did. */
  readonly written: string;
  readonly deleted: readonly string[];
}

/** What became of the remote. `off`: none is configured. `behind`: it could not be reached, the next writing tries again. `refused`: it does
 *  not take our commits, or they do not fit onto its own; `news` is true the first time. Nothing is lost: the commits are here. */
export type Pushed =
  | { readonly kind: 'off' | 'pushed' }
  | { readonly kind: 'behind'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string; readonly news: boolean };

export interface ProjectRepository {
  /** Takes in what people changed here or at the remote, has the file written anew, and commits and pushes it. Never forces anything. */
  write(compose: (before: ScratchBefore) => { text: string; deleted: readonly string[] }, why: string, at: Date): Promise<Pushed>;
  /** What the next writing would begin with, as far as it is here. Changes nothing. */
  look(): Promise<ScratchBefore>;
}

/** Folder of a project's repository. Rejects with usage.bad-input for what is no name of a project. */
export function projectFolder(dataDir: string, project: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9-]{0,60}$/.test(project)) return join(dataDir, 'projects', project);
  throw new ReprobotError({ code: 'usage.bad-input', doing: 'looking for a project', why: `“${project}” is no name of one` });
}

/** The repository of a project. `remote` may hold a password: it is handed to git in its environment and stands in no file and no message. */
export function openProjectRepository(dataDir: string, project: string, remote: string | null): ProjectRepository {
  const folder = projectFolder(dataDir, project);
  const repository = new Repository(folder, `writing the diary of ${project}`, remote);
  const look = async (): Promise<ScratchBefore> => ({
    current: await readText(join(folder, FILE)),
    written: await repository.readWritten(),
    deleted: await readMarks(folder),
  });
  return {
    write: async (compose, why, at) => {
      await prepareRepository(folder, repository.doing);
      await repository.recover();
      await repository.commit('Edited by hand', at, 'edit');
      const trouble = remote === null ? null : await repository.takeIn();
      const before = await look();
      const { text, deleted } = compose(before);
      if (text !== before.current) await writeAtomically(join(folder, FILE), text);
      if (deleted.length > 0) await writeAtomically(join(folder, DELETED), `${deleted.join('\n')}\n`);
      await repository.commit(why, at, 'written');
      return remote === null ? { kind: 'off' } : repository.push(trouble);
    },
    look,
  };
}

async function readText(path: string): Promise<string> {
  return existsSync(path) ? readFile(path, 'utf8') : '';
}

async function readMarks(folder: string): Promise<string[]> {
  return (await readText(join(folder, DELETED))).split('\n').filter((line) => line !== '');
}

type Trouble = Extract<Pushed, { kind: 'behind' }> | { readonly kind: 'apart'; readonly why: string };

class Repository {
  readonly folder: string;
  readonly doing: string;
  readonly #remote: string | null;

  constructor(folder: string, doing: string, remote: string | null) {
    this.folder = folder;
    this.doing = doing;
    this.#remote = remote;
  }

  #git(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    return runGit(args, { cwd: this.folder, doing: this.doing, env: { ...IDENTITY, ...env }, timeoutMs: PUSH_TIMEOUT_MS });
  }

  /** With the address of the remote, which is in no file. */
  #gitOut(args: readonly string[]): Promise<string> {
    const address = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'remote.origin.url', GIT_CONFIG_VALUE_0: this.#remote ?? '' };
    return this.#git(args, address);
  }

  async #find(ref: string): Promise<string | null> {
    const found = await this.#git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]).catch(() => '');
    return found.trim() === '' ? null : found.trim();
  }

  /** Takes back a rebase that a killed worker left half-way. */
  async recover(): Promise<void> {
    for (const name of ['rebase-merge', 'rebase-apply']) {
      if (!existsSync(join(this.folder, '.git', name))) continue;
      await this.#git(['rebase', '--abort']).catch(() => this.#git(['rebase', '--quit']));
      await this.#git(['checkout', '--quiet', '-f', 'main']);
      await rm(join(this.folder, '.git', name), { recursive: true, force: true });
    }
  }

  /** Commits what is different; nothing where nothing is. */
  async commit(message: string, at: Date, how: 'edit' | 'written'): Promise<void> {
    const paths = [FILE, DELETED].filter((path) => existsSync(join(this.folder, path)));
    if (paths.length === 0) return;
    await this.#git(['add', '--', ...paths]);
    const staged = await this.#git(['diff', '--cached', '--name-only']);
    if (staged.trim() === '') return;
    const trailer = how === 'written' ? '\n\nReprobot-Scratch: written' : '';
    const dates = { GIT_AUTHOR_DATE: at.toISOString(), GIT_COMMITTER_DATE: at.toISOString() };
    await this.#git(['commit', '--quiet', '-m', `${message}${trailer}`], dates);
  }

  /** The file as our newest commit has it. */
  async readWritten(): Promise<string> {
    if (!existsSync(join(this.folder, '.git')) || (await this.#find('HEAD')) === null) return '';
    const ours = (await this.#git(['log', '-1', '--format=%H', '--grep=^Reprobot-Scratch: written$'])).trim();
    return ours === '' ? '' : this.#git(['show', `${ours}:${FILE}`]).catch(() => '');
  }

  /** Fetches, and brings what is here onto what is there: by going forward, or by a rebase of our own commits if nothing clashes. */
  async takeIn(): Promise<Trouble | null> {
    const missed = await this.#fetch();
    if (missed !== null) return { kind: 'behind', why: missed };
    const [here, there] = [await this.#find('HEAD'), await this.#find(REMOTE)];
    if (there === null || here === there) return null;
    if (here === null) {
      await this.#git(['reset', '--quiet', '--hard', REMOTE]);
      return null;
    }
    // What is there is part of what is here; a rebase would take merges apart that people made.
    const common = await this.#git(['merge-base', REMOTE, 'HEAD']).catch(() => '');
    if (common.trim() === there) return null;
    try {
      await this.#git(['rebase', '--quiet', REMOTE]);
      return null;
    } catch {
      await this.#git(['rebase', '--abort']).catch(() => '');
      return { kind: 'apart', why: 'the remote holds other changes of the same lines' };
    }
  }

  /** Why the remote could not be read, or null. */
  async #fetch(): Promise<string | null> {
    try {
      // The star lets an empty remote have no such branch.
      await this.#gitOut(['fetch', '--quiet', '--no-tags', 'origin', '+refs/heads/main*:refs/remotes/origin/main*']);
      return null;
    } catch (error) {
      return explain(error);
    }
  }

  /** Hands our commits to the remote, as `takeIn` left them. */
  async push(trouble: Trouble | null): Promise<Pushed> {
    if (trouble?.kind === 'behind') return trouble;
    if (trouble?.kind === 'apart') return this.#refuse(trouble.why);
    const [here, there] = [await this.#find('HEAD'), await this.#find(REMOTE)];
    if (here === null || here === there) return { kind: 'pushed' };
    try {
      await this.#gitOut(['push', '--quiet', 'origin', 'HEAD:refs/heads/main']);
    } catch (error) {
      const why = explain(error);
      // Where somebody was quicker, the next writing begins with what they pushed.
      const missed = await this.#fetch();
      return missed !== null || (await this.#find(REMOTE)) !== there ? { kind: 'behind', why: missed ?? why } : this.#refuse(why);
    }
    await this.#git(['config', '--local', '--unset-all', 'reprobot.refused']).catch(() => '');
    return { kind: 'pushed' };
  }

  /** Remembers what was said, so that it is said once. */
  async #refuse(why: string): Promise<Pushed> {
    const said = (await this.#git(['config', '--local', '--get', 'reprobot.refused']).catch(() => '')).trim();
    if (said !== '') return { kind: 'refused', why, news: false };
    await this.#git(['config', '--local', 'reprobot.refused', 'said']);
    return { kind: 'refused', why, news: true };
  }
}

/** Git's own words, which hold no password; what is no failure of git's goes on. */
function explain(error: unknown): string {
  if (hasCode(error, 'git.failed') || hasCode(error, 'timeout')) return error.why;
  throw error;
}
