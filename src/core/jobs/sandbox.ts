import { quoteWord, quoteWords } from './quote.ts';

/** What a local job may see and change. `auto` runs without a sandbox, and says so in the log, where bubblewrap does not work. */
export interface SandboxSettings {
  readonly mode: 'auto' | 'off' | 'required';
  /** False cuts the network. */
  readonly network: boolean;
  /** Folders that are hidden besides the account's home, such as the bot's own with its settings. */
  readonly hidden: readonly string[];
  /** Folders that stay readable although they lie in a hidden one. */
  readonly readable: readonly string[];
}

interface SandboxFolders {
  readonly folder: string;
  readonly workdir: string;
  readonly runFolder: string;
}

/**
 * The shell lines that wrap the payload in $@ into bubblewrap: everything read-only, home and /run hidden, private /tmp, /dev and
 * process list, only the run's folder writable, and of that folder not the job's own records.
 */
export function renderSandbox(settings: SandboxSettings, folders: SandboxFolders): string {
  if (settings.mode === 'off') return 'sandbox=off\n';
  const base = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--tmpfs', '/run'];
  const isolation = [
    '--unshare-pid',
    '--unshare-ipc',
    '--unshare-uts',
    '--die-with-parent',
    ...(settings.network ? [] : ['--unshare-net']),
  ];
  return `sandbox=off
bwrap=$(command -v bwrap) && "$bwrap" ${quoteWords([...base, ...isolation])} /bin/sh -c : >/dev/null 2>&1 && sandbox=on
if [ "$sandbox" = on ]; then
  mkdir -p ${quoteWord(`${folders.runFolder}/.home`)} ${quoteWord(`${folders.folder}/outputs`)}
  set -- ${quoteWords(renderBinds(settings, folders))} --chdir "$workdir" -- /bin/sh -c 'exec "$@"' reprobot "$@"
  for hide in "$account_home" ${quoteWords(settings.hidden)}; do
    if [ -d "$hide" ] && [ "$hide" != / ]; then set -- --tmpfs "$hide" "$@"; fi
  done
  names=$(readlink -f /etc/resolv.conf)
  case "$names" in /run/*) set -- --ro-bind-try "$names" "$names" "$@" ;; esac
  for device in /dev/nvidia* /dev/kfd /dev/dri; do
    if [ -e "$device" ]; then set -- --dev-bind "$device" "$device" "$@"; fi
  done
  set -- "$bwrap" ${quoteWords([...base, ...isolation])} "$@"
else
${renderWithout(settings.mode)}
  set -- /bin/sh -c 'exec "$@"' reprobot "$@"
fi
`;
}

function renderBinds(settings: SandboxSettings, folders: SandboxFolders): string[] {
  const words = settings.readable.flatMap((path) => ['--ro-bind-try', path, path]);
  words.push('--bind', folders.runFolder, folders.runFolder);
  if (isInside(folders.folder, folders.runFolder)) {
    // The records decide how the job ended, so the payload must not write them.
    words.push('--ro-bind', folders.folder, folders.folder, '--bind', `${folders.folder}/outputs`, `${folders.folder}/outputs`);
    if (isInside(folders.workdir, folders.folder) && folders.workdir !== folders.folder) {
      words.push('--bind', folders.workdir, folders.workdir);
    }
  }
  return words;
}

function renderWithout(mode: 'auto' | 'required'): string {
  if (mode === 'auto') return `  echo 'reprobot: no sandbox, bubblewrap does not work on this machine' >>"$folder/job.log"`;
  return `  echo 'reprobot: not started, the sandbox is required and bubblewrap does not work on this machine' >>"$folder/job.log"
  set -- /bin/sh -c 'exit 126'`;
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
