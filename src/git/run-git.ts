import { spawn } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { ReprobotError } from '../errors.ts';

export interface GitOptions {
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each piece of what git prints; throwing ends git and rejects the call with what was thrown. */
  readonly onOutput?: (text: string) => void;
  /** What is being done, for the error sentence. */
  readonly doing: string;
}

/** Settings that keep a foreign repository from running anything: no hooks, no helper addresses, no filters, no prompts. */
const SAFE_CONFIG = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'protocol.ext.allow=never',
  'protocol.git.allow=never',
  'commit.gpgsign=false',
  'gc.auto=0',
  // Without it a commit leaves a process behind that looks whether anything is to be tidied.
  'maintenance.auto=false',
  'advice.detachedHead=false',
  'filter.lfs.smudge=',
  'filter.lfs.required=false',
  'submodule.recurse=false',
];

const SAFE_ENV = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '/bin/true',
  SSH_ASKPASS: '/bin/true',
  GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
  GIT_LFS_SKIP_SMUDGE: '1',
  // A repository that lacks an object on purpose would have it fetched, by a program that its own settings name.
  GIT_NO_LAZY_FETCH: '1',
  GIT_CONFIG_NOSYSTEM: '1',
  LC_ALL: 'C',
};

/** Runs git with words, never through a shell; resolves with what it printed, rejects with git.failed and git's own last lines. */
export async function runGit(args: readonly string[], options: GitOptions): Promise<string> {
  throwIfCancelled(options);
  const config = SAFE_CONFIG.flatMap((entry) => ['-c', entry]);
  const child = spawn('git', [...config, ...args], {
    cwd: options.cwd,
    // A group of its own, so that the helpers git starts end with it.
    detached: true,
    env: { ...selectEnv(), ...SAFE_ENV, ...stayIn(options.cwd), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): void => {
    if (child.pid !== undefined) killGroup(child.pid);
  };
  const timer = setTimeout(kill, options.timeoutMs ?? 120_000);
  options.signal?.addEventListener('abort', kill, { once: true });
  let out = '';
  let errors = '';
  let objection: unknown;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out = (out + text).slice(-4_000_000);
    try {
      options.onOutput?.(text);
    } catch (error) {
      objection ??= error;
      kill();
    }
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-8_000)));
  try {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exit, by) => resolve([exit, by]));
    });
    if (objection !== undefined) throw objection;
    throwIfCancelled(options);
    if (code === 0) return out;
    throw describeFailure(options.doing, errors, signal !== null);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', kill);
  }
}

/** What git and ssh need of our environment; tokens of ours are none of their business. */
function selectEnv(): NodeJS.ProcessEnv {
  const wanted = /^(PATH|HOME|USER|LOGNAME|TMPDIR|SSH_AUTH_SOCK|GIT_SSL_\w+|SSL_CERT_\w+|(https?|no|all)_proxy)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => wanted.test(name)));
}

function throwIfCancelled({ signal, doing }: GitOptions): void {
  if (signal?.aborted === true) throw new ReprobotError({ code: 'cancelled', doing, why: 'it was cancelled' });
}

/** A folder that is no repository must not be taken for part of one further up, such as a checkout of Reprobot around its data. */
function stayIn(folder: string | undefined): Record<string, string> {
  return folder === undefined ? {} : { GIT_CEILING_DIRECTORIES: dirname(resolve(folder)) };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

function describeFailure(doing: string, errors: string, killed: boolean): ReprobotError {
  if (killed)
    return new ReprobotError({
      code: 'timeout',
      doing,
      why: 'git took too long and was ended',
      remedy: 'Raise git.timeoutSeconds in reprobot.yaml if it is meant to be that large.',
    });
  const lines = errors
    .split(/[\r\n]+/)
    .map((line) => maskUrl(line.trim()))
    .filter((line) => /^(fatal|error|remote|ssh|warning):|denied|could not|not found/i.test(line));
  const why = lines.slice(-2).join('; ') || 'git gave no reason';
  const transient =
    /could not resolve host|failed to connect|couldn't connect|timed out|connection (?:reset|refused)|early eof|http 5\d\d|unexpected disconnect|temporary failure/i.test(
      errors,
    );
  const remedy = /not found|does not exist|authentication failed|permission denied|could not read username/i.test(errors)
    ? 'Check the address; a private repository needs a key of the machine the worker runs on.'
    : undefined;
  return new ReprobotError({
    code: 'git.failed',
    doing,
    why: why.replace(/\.$/, ''),
    transient,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** Takes a user and password out of an address that git repeats. */
function maskUrl(line: string): string {
  return line.replace(/(\w+:\/\/)[^@/\s]+@/g, '$1…@');
}
