import { HYGIENE } from './scripts.ts';

/** Lines `Q` of the queue and `A` of the accounting's last two days, fields parted by U+001F. */
export const LIST_SCRIPT = `${HYGIENE}
us=$(printf '\\037')
ask squeue --me -h -t all -o "Q$us%i$us%T$us%r$us%P$us%V$us%S$us%e$us%l$us%N$us%j" || exit 1
ask sacct -n -P -X --delimiter="$us" -S "now-2days" \\
  -o JobID,State,Reason,Partition,Submit,Start,End,Timelimit,NodeList,JobName 2>/dev/null | sed "s/^/A$us/"
exit 0
`;

/**
 * What the controller shows of a job, else `@accounting` and one row, else `@none`. $1 id. Only of jobs of our own account: whoever owns a
 * job chooses which file is called its log, and it is our account that reads it.
 */
export const SHOW_SCRIPT = `${HYGIENE}
us=$(printf '\\037')
shown=
[ -z "$(ask squeue --me -h -t all -j "\${1%%[_+]*}" -o %A 2>/dev/null)" ] || shown=$(ask scontrol show job "$1" 2>/dev/null)
if [ -n "$shown" ]; then printf '%s\\n' "$shown"; exit 0; fi
row=$(ask sacct -n -P -X --delimiter="$us" -u "$(id -u)" -j "$1" -o JobID,State,ExitCode,Partition,Submit,Start,End,Timelimit,NodeList,WorkDir,JobName 2>/dev/null | head -n 1)
if [ -n "$row" ]; then printf '@accounting\\n%s\\n' "$row"; exit 0; fi
# Neither knows the job: that is an answer only when the controller itself answers.
ask scontrol ping >/dev/null 2>&1 || { echo 'the controller does not answer' >&2; exit 1; }
echo @none
`;

/** The end of a plain file after a line with its size, or \`@none\`. $1 path, $2 bytes. */
export const TAIL_SCRIPT = `
if [ -f "$1" ] && [ -r "$1" ]; then
  printf '@size %s\\n' "$(stat -L -c %s "$1")"
  tail -c "$2" "$1"
else
  echo @none
fi
`;
