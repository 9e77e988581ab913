import { BEGIN_MARK, END_MARK, LOOK_FUNCTIONS } from '../shared/look.ts';

/** Starts the job unless it was started, and prints its job.id. $1: the job's folder. Exit 92: it did not come up. */
export const START_SCRIPT = `
cd "$1" || exit 91
if [ ! -s job.id ]; then
  date +%s >starting
  setsid /bin/sh "$1/job.sh" </dev/null >>job.log 2>&1 &
  tries=0
  while [ ! -s job.id ] && [ "$tries" -lt 200 ]; do sleep 0.05; tries=$((tries + 1)); done
fi
[ -s job.id ] || exit 92
cat job.id
`;

/** Prints job.id, or nothing. $1: the job's folder. */
export const FIND_SCRIPT = `
[ ! -s "$1/job.id" ] || cat "$1/job.id"
`;

/** Exit 93 while a start that began less than $2 seconds ago may still bring the job up. $1: the job's folder. */
export const STARTING_SCRIPT = `
[ -f "$1/starting" ] && [ ! -L "$1/starting" ] && [ ! -s "$1/job.id" ] || exit 0
read -r began <"$1/starting" || exit 0
[ $(($(date +%s) - began)) -ge "$2" ] || exit 93
`;

/**
 * Asks for the end of a job; what is left of one whose script was killed is killed. One that has not come up, or whose folder is gone, can
 * then not start any more: its place is taken. $1: the job's folder.
 */
export const CANCEL_SCRIPT = `
mkdir -p "$1" 2>/dev/null
cd "$1" || exit 94
[ ! -f exit.json ] || exit 0
: >cancel
if [ ! -s job.id ]; then
  # Whoever makes the link first has decided it; \`cancel\` is empty, so this one names no job.
  ln -s cancel job.id 2>/dev/null
  [ -s job.id ] || exit 0
fi
is_same() { # pid, start time in ticks: a pid alone may belong to somebody else by now
  read -r stat <"/proc/$1/stat" || return 1
  [ "$(printf '%s\\n' "\${stat##*) }" | cut -d' ' -f20)" = "$2" ]
}
read -r pid ticks boot began <job.id
read -r this_boot </proc/sys/kernel/random/boot_id
[ "$boot" = "$this_boot" ] || exit 0
if is_same "$pid" "$ticks" 2>/dev/null; then kill -s TERM "$pid"; exit 0; fi
if [ -s payload.id ]; then
  read -r pid ticks <payload.id
  if is_same "$pid" "$ticks" 2>/dev/null; then kill -s KILL -- "-$pid"; fi
fi
exit 0
`;

/** One look at all jobs. stdin: the job list; $1 log bytes a job, $2 log bytes in all, $3 rotation. */
export const POLL_SCRIPT = `${LOOK_FUNCTIONS}
cat >"$work/jobs"
read -r this_boot </proc/sys/kernel/random/boot_id
printf '${BEGIN_MARK} %s\\n' "$(date +%s)"
while IFS="$us" read -r number offset inode id cluster folder rest; do
  life=unborn
  # Life before records: a job that ends in between is then seen as ended.
  if [ -s "$folder/job.id" ]; then
    read -r pid ticks boot began <"$folder/job.id"
    life=gone
    if [ "$boot" != "$this_boot" ]; then life=rebooted
    elif [ -r "/proc/$pid/stat" ] && read -r stat <"/proc/$pid/stat" 2>/dev/null; then
      rest="\${stat##*) }"
      set -- $rest "$@"
      seen=\${20}
      shift $(($# - 3))
      [ "$seen" != "$ticks" ] || life=alive
    fi
  elif [ ! -d "$folder" ]; then life=absent
  elif [ -L "$folder/job.id" ] && [ -f "$folder/cancel" ]; then life=withdrawn
  fi
  report_records "$number" "$life" "$folder"
done <"$work/jobs"
report_logs "$work/jobs" "$1" "$2" "$3"
printf '${END_MARK}\\n'
`;
