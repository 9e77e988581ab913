import { ACTIVE_WORDS, WAITING_WORDS } from '../../core/jobs/states.ts';
import { BEGIN_MARK, END_MARK, LOOK_FUNCTIONS } from '../shared/look.ts';

/** Settings of the account must not change columns, rows or the cluster that is asked. */
export const HYGIENE = `
for name in $(env | sed -n -E 's/^((SQUEUE|SACCT|SBATCH|SCANCEL|SINFO|SLURM)_[A-Za-z0-9_]*)=.*/\\1/p'); do
  case "$name" in SLURM_CONF | SLURM_CONF_SERVER | SLURM_JWT) ;; *) unset "$name" ;; esac
done
# A channel without a login shell may lack the folder of the Slurm commands.
command -v squeue >/dev/null 2>&1 || [ ! -r /etc/profile ] || . /etc/profile >/dev/null 2>&1
ask() { LC_ALL=C SLURM_TIME_FORMAT=%s timeout -k 5 60 "$@" </dev/null; }
`;

/** Runs apart from the connection, so that a lost one loses nothing. $1 folder, $2 seconds for sbatch. */
export const SUBMITTER = `
cd "$1" || exit 1
echo "$$" >submitting/pid
began=$(date +%s)
timeout -k 5 "$2" sbatch --parsable job.sbatch </dev/null >submitting/stdout 2>submitting/stderr
code=$?
answer=$(tail -n 1 submitting/stdout)
case "$answer" in
  '' | *[!A-Za-z0-9_.\\;-]* | [!0-9]*) ;;
  *) if [ "$code" = 0 ]; then echo "$answer $began" >job.id.tmp && mv -f job.id.tmp job.id; exit 0; fi ;;
esac
echo "$code" >submitting/code.tmp && mv -f submitting/code.tmp submitting/code
`;

/**
 * Finds the job of a token and, in mode \`submit\`, hands it over when none exists. Prints one line:
 * \`@reprobot found <id> <epoch> [second-id …]\`, \`@reprobot none\`, \`@reprobot refused <code> <stderr in base64>\` or
 * \`@reprobot unknown <why>\`. $1 folder, $2 token, $3 mode, $4 seconds until silence counts as "not submitted",
 * $5 seconds for sbatch, $6 the submitter.
 */
export const SUBMIT_SCRIPT = `${HYGIENE}
folder=$1 token=$2 mode=$3 settle=$4 patience=$5 submitter=$6
say() { printf '@reprobot %s\\n' "$*"; exit 0; }
tell_id() { read -r line <"$folder/job.id"; say found "$line"; }

claim() { # one step: whoever sees the folder sees who made it and when, wherever this script is cut off
  mine="$folder/claim.$$"
  mkdir "$mine" && date +%s >"$mine/since" && uname -n >"$mine/host" && echo "$$" >"$mine/pid" || return 1
  mv -T "$mine" "$folder/submitting" 2>/dev/null && return 0
  rm -rf "$mine"
  return 1
}

hand_over() {
  nohup setsid /bin/sh -c "$submitter" sh "$folder" "$patience" </dev/null >/dev/null 2>&1 &
  wait_for_answer $((patience + 10))
}

wait_for_answer() { # seconds
  tries=0
  while [ "$tries" -lt $(($1 * 10)) ]; do
    [ ! -s "$folder/job.id" ] || tell_id
    if [ -s "$folder/submitting/code" ]; then
      say refused "$(cat "$folder/submitting/code")" "$(head -c 6000 "$folder/submitting/stderr" | base64 -w 0)"
    fi
    sleep 0.1
    tries=$((tries + 1))
  done
  say unknown 'sbatch has not answered yet'
}

is_submitting() { # somebody's sbatch may still be under way
  [ -d "$folder/submitting" ] && [ ! -s "$folder/submitting/code" ] || return 1
  [ "$age" -lt $((patience + 15)) ] || return 1
  [ "$(cat "$folder/submitting/host" 2>/dev/null)" = "$(uname -n)" ] || return 0
  [ -d "/proc/$(cat "$folder/submitting/pid" 2>/dev/null)" ]
}

[ ! -s "$folder/job.id" ] || tell_id
if [ "$mode" = submit ] && claim; then hand_over; fi

now=$(date +%s)
since=$(cat "$folder/submitting/since" 2>/dev/null || stat -c %Y "$folder/submitting" 2>/dev/null || echo "$now")
age=$((now - since))
if is_submitting; then
  [ "$mode" = submit ] || say unknown 'a submission is under way'
  wait_for_answer $((patience + 10))
fi

errors=$(mktemp) || exit 97
trap 'rm -f "$errors"' EXIT
fail() { say unknown "$1: $(head -c 400 "$errors" | tr '\\n' ' ')"; }
known=$(ask squeue --me -h -r -t all -n "$token" -o '%A %V' 2>"$errors") || fail squeue
if [ -z "$known" ]; then
  known=$(ask sacct -n -P -X -D --name="$token" -S "now-$((age + 86400))seconds" -o JobIDRaw,Submit 2>"$errors") ||
    grep -q 'accounting storage is disabled' "$errors" || fail sacct
  known=$(printf '%s\\n' "$known" | tr '|' ' ')
fi
if [ -z "$known" ] && [ -s "$folder/started" ]; then
  read -r began node pid restart id rest <"$folder/started"
  known="$id $began"
fi
known=$(printf '%s\\n' "$known" | grep -E '^[0-9]+ [0-9]+$' | sort -n -u -k1,1)
if [ -n "$known" ]; then
  first=$(printf '%s\\n' "$known" | head -n 1)
  if [ -d "$folder" ]; then printf '%s\\n' "$first" >"$folder/job.id.$$" && mv -f "$folder/job.id.$$" "$folder/job.id"; fi
  others=$(printf '%s\\n' "$known" | tail -n +2 | cut -d' ' -f1 | tr '\\n' ' ')
  # The oldest stays; a second one would find the lock taken and do nothing, so while it waits it is withdrawn.
  [ -z "$others" ] || ask scancel --state=PENDING $others >/dev/null 2>&1
  say found "$first" "$others"
fi
[ -d "$folder/submitting" ] || say none
[ "$age" -ge "$settle" ] || say unknown "no job $token is known yet; it is too early to say that there is none"
[ "$mode" = submit ] || say none
mv "$folder/submitting" "$folder/abandoned.$now.$$" 2>/dev/null
if claim; then hand_over; fi
wait_for_answer $((patience + 10))
`;

/** Lets a refused submission be tried again. $1 folder. */
export const RELEASE_SCRIPT = `
[ ! -s "$1/submitting/code" ] || mv "$1/submitting" "$1/refused.$(date +%s).$$"
`;

/** $1 job id, $2 folder, $3 cluster or -. A job that has ended or is gone is fine. */
export const CANCEL_SCRIPT = `${HYGIENE}
[ ! -d "$2" ] || : >"$2/cancel"
if [ "$3" = - ]; then ask scancel "$1" 2>&1; else ask scancel -M "$3" "$1" 2>&1; fi
`;

/** One pass over the job list and then the queue; see POLL_SCRIPT for what it prints and writes. */
const SORT_ROWS = `
  BEGIN { FS = us }
  function is_active(state) { return state ~ /^(${ACTIVE_WORDS.join('|')})$/ }
  # Which file a row is of is said by name: counting lines goes wrong when one is empty.
  rows == "jobs" {
    if ($5 != cluster) next
    line[++jobs] = $0; wanted[$4] = 1
    if ($8 != "") { parted[$4] = 1; open[$4] = $8 }
    next
  }
  {
    if ($1 in wanted) found[$1] = $0
    if ($2 in wanted) found[$2] = $0
    whole = $2
    if (!sub(/[_+].*$/, "", whole) || !(whole in parted)) next
    if (is_active($3)) active[whole]++
    key = whole us $3 us $4
    count[key]++
    if ($6 + 0 > 0 && (!(key in start) || $6 + 0 < start[key] + 0)) start[key] = $6
    if ($7 + 0 > end[key] + 0) end[key] = $7
  }
  END {
    for (key in count) print "G" us cluster us key us count[key] us start[key] us end[key]
    for (i = 1; i <= jobs; i++) {
      split(line[i], job, us)
      name = job[4]
      if (name in parted) {
        if (answered == 0 && active[name] + 0 != open[name]) { print name >>askparts; print "K" us cluster us name }
        if (job[7] == "?" && active[name] > 0) print name >>askpaths
        if (job[7] ~ /^\\//) print line[i] >>logs
        continue
      }
      row = (name in found) ? found[name] : ""
      split(row, field, us)
      state = field[3]
      if (row != "") print "Q" us cluster us name us row
      if (answered == 0 && !is_active(state)) print name >>ask
      if (state ~ /^(${WAITING_WORDS.join('|')})$/) continue
      if (job[7] == "?" && row != "") print name >>askpaths
      if (job[6] != "") print line[i] >>folders
      if (job[6] != "" || job[7] ~ /^\\//) print line[i] >>logs
    }
  }`;

/** Counts what the accounting says of parts: a line a state, and the first ones that did not end well. */
const COUNT_PARTS = `
  BEGIN { FS = us }
  {
    whole = $1
    if (!sub(/[_+].*$/, "", whole)) next
    word = $2
    sub(/ .*$/, "", word)
    if (word ~ /^(${ACTIVE_WORDS.join('|')})$/) next
    # One row for all tasks that never started; its list is as old as their last change, so it says what became of them and not how many.
    if ($1 ~ /\\[/) { print "R" us cluster us whole us word; next }
    key = whole us word
    count[key]++
    seconds[key] += $4
    if (word != "COMPLETED" && bad[whole]++ < most) print "B" us cluster us whole us $1 us $2 us $3
  }
  END { for (key in count) print "T" us cluster us key us count[key] us seconds[key] }`;

/** Parts that did not end well and are named; the others are counted. */
const MOST_BAD = 24;

/**
 * One look at all jobs. stdin: the job list; $1 log bytes a job, $2 log bytes in all, $3 rotation, $4 epoch of the oldest submission.
 * Lines: S what cluster code words · Q cluster id … · A cluster id … · of parts: G cluster id state reason count start end (queue),
 * K cluster id (asked of the accounting), T cluster id state count seconds, R cluster id state (all others) and B cluster id part state exit (accounting) · P cluster id and what names its log files · F and L of LOOK_FUNCTIONS.
 */
export const POLL_SCRIPT = `${HYGIENE}${LOOK_FUNCTIONS}
bytes=$1 total=$2 rotation=$3
cat >"$work/jobs"
: >"$work/folders"
: >"$work/read"
now=$(date +%s)
printf '${BEGIN_MARK} %s\\n' "$now"
report_status() { # what cluster code
  printf 'S\\037%s\\037%s\\037%s\\037%s\\n' "$1" "$2" "$3" "$(head -c 500 "$work/errors" | tr '\\n\\037' '  ')"
}
on_cluster() { # cluster command … ; -M must follow the command's name
  where=$1 program=$2
  shift 2
  if [ "$where" = - ]; then ask "$program" "$@"; else ask "$program" -M "$where" "$@"; fi
}
make_batches() { # One argument holds at most 128 KiB.
  awk '{ printf "%s%s", (NR % 5000 == 1 ? (NR > 1 ? "\\n" : "") : ","), $1 } END { if (NR) print "" }' "$1" >"$work/batches"
}

for cluster in $(cut -d"$us" -f5 "$work/jobs" | sort -u); do
  on_cluster "$cluster" squeue --me -h -r -t all -o "%A$us%i$us%T$us%r$us%V$us%S$us%e$us%N" >"$work/queue" 2>"$work/errors"
  code=$?
  report_status squeue "$cluster" "$code"
  # Jobs that wait have no files to look at; those that are gone or over are asked of the accounting.
  for name in ask parts paths; do : >"$work/$name"; done
  awk -v cluster="$cluster" -v us="$us" -v answered="$code" -v ask="$work/ask" -v askparts="$work/parts" -v askpaths="$work/paths" \\
    -v folders="$work/folders" -v logs="$work/read" '${SORT_ROWS}' rows=jobs "$work/jobs" rows=queue "$work/queue"
  make_batches "$work/ask"
  while read -r ids; do
    on_cluster "$cluster" sacct -n -P --delimiter="$us" --noconvert -D -j "$ids" -S "now-$((now - $4 + 3600))seconds" \\
      -o JobID,JobIDRaw,State,ExitCode,Submit,Start,End,NodeList,MaxRSS,ReqTRES >"$work/accounts" 2>"$work/errors"
    report_status sacct "$cluster" "$?"
    sed "s/^/A$us$cluster$us/" "$work/accounts"
  done <"$work/batches"
  make_batches "$work/parts"
  while read -r ids; do
    on_cluster "$cluster" sacct -n -P -X --delimiter="$us" -j "$ids" -S "now-$((now - $4 + 3600))seconds" \\
      -o JobID,State,ExitCode,ElapsedRaw >"$work/accounts" 2>"$work/errors"
    report_status parts "$cluster" "$?"
    awk -v cluster="$cluster" -v us="$us" -v most=${MOST_BAD} '${COUNT_PARTS}' "$work/accounts"
  done <"$work/batches"
  if [ -s "$work/paths" ]; then
    fields=$(printf "%s:$us," jobarrayid jobid arrayjobid arraytaskid username batchhost stdout stderr name)
    on_cluster "$cluster" squeue --me -h -t all -O "\${fields%,}" 2>/dev/null |
      awk -v cluster="$cluster" -v us="$us" '
        BEGIN { FS = us }
        rows == "paths" { wanted[$1] = 1; next }
        { id = $1; if (!(id in wanted)) sub(/\\+0$/, "", id)
          if (id in wanted) print "P" us cluster us id us $0 }' rows=paths "$work/paths" rows=queue -
  fi
done
while IFS="$us" read -r number offset inode id cluster folder rest; do
  report_records "$number" - "$folder"
done <"$work/folders"
report_logs "$work/read" "$bytes" "$total" "$rotation"
printf '${END_MARK}\\n'
`;

/**
 * What jobs asked for and used, steps included, fields parted by U+001F; the newest rows where they are many. While a single job runs the
 * accounting does not know what it uses, and its nodes are asked. $1 `-j` or `--name`, $2 id or name.
 */
export const USAGE_SCRIPT = `${HYGIENE}
us=$(printf '\\037')
case "$1" in -j) set -- -j "$2" ;; *) set -- --name="$2" -S now-30days ;; esac
rows=$(ask sacct -n -P --noconvert --delimiter="$us" -u "$(id -u)" "$@" \\
  -o JobID,State,ElapsedRaw,TimelimitRaw,NNodes,AllocCPUS,TotalCPU,MaxRSS,AllocTRES,TRESUsageInTot,TRESUsageInAve,ReqTRES 2>/dev/null | tail -n 2000)
printf '%s\\n' "$rows"
[ "$1" = -j ] && [ "$(printf '%s\\n' "$rows" | grep -c "^[0-9_+]*$us")" = 1 ] || exit 0
case "$rows" in *"$us"RUNNING"$us"*) ;; *) exit 0 ;; esac
ask sstat -n -P --noconvert -a -j "$2" -o JobID,MaxRSS,TRESUsageInTot,TRESUsageInAve 2>/dev/null |
  awk -F '|' -v us="$us" '{ print $1 us "RUNNING" us us us us us us $2 us us $3 us $4 }'
exit 0
`;
