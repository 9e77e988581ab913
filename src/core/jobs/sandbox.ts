import type { Isolation } from './job.ts';
import { quoteWord, quoteWords } from './quote.ts';

/** What wrapInSandbox() needs to know; all paths absolute and resolved. */
export interface SandboxSettings {
  readonly network: boolean;
  /** Folders that look empty inside: the account's home, the bot's own. They must exist. */
  readonly hidden: readonly string[];
  /** Folders that stay readable although they lie in a hidden one. */
  readonly readable: readonly string[];
  /** Folders that can be written, in this order. */
  readonly writable: readonly string[];
  /** Folders inside writable ones that cannot be written. */
  readonly fixed: readonly string[];
  readonly workdir: string;
}

const MOUNTS = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'];
const LIMITS = ['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--die-with-parent', '--new-session', '--cap-drop', 'ALL'];

/** Places that every sandbox empties. */
const EMPTIED = ['/tmp', '/run'];

/** Bubblewrap's words for what is the same in every sandbox: nothing can be written, no capability, private /tmp, /dev and process list. */
export function listSandboxBase(network: boolean): string[] {
  return [
    ...MOUNTS,
    ...EMPTIED.flatMap((path) => ['--tmpfs', path]),
    ...LIMITS,
    // Without a network the machine's own name leads nowhere, and programs that talk to themselves look it up.
    ...(network ? [] : ['--unshare-net', '--hostname', 'localhost']),
  ];
}

/** The words that run the command in a sandbox. Pure; no shell sees them. */
export function wrapInSandbox(argv: readonly string[], settings: SandboxSettings): string[] {
  return [
    'bwrap',
    ...listSandboxBase(settings.network),
    ...settings.hidden.flatMap((path) => ['--tmpfs', path]),
    ...settings.readable.flatMap((path) => ['--ro-bind-try', path, path]),
    ...settings.writable.flatMap((path) => ['--bind', path, path]),
    ...settings.fixed.flatMap((path) => ['--ro-bind-try', path, path]),
    '--chdir',
    settings.workdir,
    '--',
    ...argv,
  ];
}

/** Of an interpreter's folders those that a sandbox would hide and may show: inside a hidden folder, and hiding nothing themselves. */
export function chooseReadable(paths: readonly string[], hidden: readonly string[]): string[] {
  const all = [...hidden, ...EMPTIED];
  const needed = [...new Set(paths)].filter(
    (path) =>
      path.startsWith('/') &&
      all.some((folder) => path !== folder && isInside(path, folder)) &&
      !all.some((folder) => isInside(folder, path)),
  );
  return needed.filter((path) => !needed.some((other) => other !== path && isInside(path, other))).toSorted();
}

interface JobFolders {
  readonly folder: string;
  readonly runFolder: string;
}

/**
 * The shell lines that wrap the payload in $@, by what was approved, and define prepare_payload. In the sandbox the job's folders appear at
 * the run's usual places: a fresh copy of the checkout as `repo`, `outputs` also as `output`, a private `.home` and `cache`. Everything
 * else of the run can be read and not written: its plan, its environment, its other attempts, the records of this one.
 */
export function renderSandbox(isolation: Isolation, hidden: readonly string[], folders: JobFolders): string {
  return isolation.sandbox === 'none' ? renderWithout(folders) : renderWith(isolation, hidden, folders);
}

function renderWithout({ folder, runFolder }: JobFolders): string {
  return `sandbox=off
prepare_payload() {
  mkdir -p ${quoteWords([`${folder}/outputs`, `${runFolder}/.home`])}
  echo 'reprobot: no sandbox; this job can read what this account can read' >>job.log
}
set -- /bin/sh -c 'exec "$@"' reprobot "$@"
`;
}

function renderWith({ network, readable }: Isolation, hidden: readonly string[], { folder, runFolder }: JobFolders): string {
  const base = quoteWords(listSandboxBase(network));
  const keep = (path: string): string[] => ['--ro-bind', path, path];
  return `run=${quoteWord(runFolder)}
sandbox=off
bwrap=$(command -v bwrap) && "$bwrap" ${base} -- /bin/sh -c : >/dev/null 2>&1 && sandbox=on
prepare_payload() {
  [ "$sandbox" = on ] || return 0
  # A link in the run's folder could make a copy or a mount of something else.
  for name in repo output .home cache; do
    if [ -L "$run/$name" ]; then echo "reprobot: not started, $run/$name is a link" >>job.log; return 1; fi
  done
  rm -rf work home && mkdir -p outputs home/.cache "$run/output" "$run/.home" "$run/cache" || return 1
  [ ! -d "$run/repo" ] || cp -RP "$run/repo" work || { echo 'reprobot: not started, the checkout could not be copied' >>job.log; return 1; }
}
if [ "$sandbox" = on ]; then
  set -- --chdir "$workdir" -- /bin/sh -c 'exec "$@"' reprobot "$@"
  set -- ${renderBinds(folder)} "$@"
  if [ -d "$run/repo" ]; then set -- --bind "$folder/work" "$run/repo" "$@"; fi
  set -- ${quoteWords([...readable.flatMap((path) => ['--ro-bind-try', path, path]), ...keep(runFolder), ...keep(folder)])} "$@"
  for hide in "$account_home" ${quoteWords(hidden)}; do
    hide=$(readlink -f "$hide" || :)
    if [ -d "$hide" ] && [ "$hide" != / ]; then set -- --tmpfs "$hide" "$@"; fi
  done
  names=$(readlink -f /etc/resolv.conf)
  case "$names" in /run/*) set -- --ro-bind-try "$names" "$names" "$@" ;; esac
  for device in /dev/nvidia* /dev/kfd /dev/dri; do
    if [ -e "$device" ]; then set -- --dev-bind "$device" "$device" "$@"; fi
  done
  set -- "$bwrap" ${base} "$@"
else
  echo 'reprobot: not started, this job was approved for a bubblewrap sandbox and bubblewrap does not work on this machine' >>"$folder/job.log"
  set -- /bin/sh -c 'exit 126'
fi
`;
}

/** Where this job's own folders appear. */
function renderBinds(folder: string): string {
  const own = (name: string): string => quoteWord(`${folder}/${name}`);
  const places = [
    ['outputs', own('outputs')],
    ['outputs', '"$run/output"'],
    ['home', '"$run/.home"'],
    ['home/.cache', '"$run/cache"'],
  ] as const;
  return places.map(([name, place]) => `--bind ${own(name)} ${place}`).join(' ');
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`);
}
