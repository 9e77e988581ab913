import type { JobReport, TrackedJob } from '../../ports.ts';
import { parseExitRecord, type ExitRecord } from './exit-record.ts';

/** Bounds of one tick, so that ten thousand chatty jobs cost what a few hundred do. */
export interface LookLimits {
  readonly logBytesPerJob: number;
  readonly logBytesInAll: number;
}

export const DEFAULT_LIMITS: LookLimits = { logBytesPerJob: 64 * 1024, logBytesInAll: 4 * 1024 * 1024 };

export const BEGIN_MARK = '@reprobot-begin';
export const END_MARK = '@reprobot-end';
export const SEPARATOR = '\u001f';

/**
 * Shell functions for one look at many jobs; `$work` is a private folder that ends with the script.
 * Job lists hold a line `number offset inode jobId cluster folder log parts` a job, parted by U+001F because paths may hold blanks. `log` is
 * empty for a job of ours, else a path, `?` or `-`; `parts` is empty, else how many parts are thought not to be over, or `?`.
 */
export const LOOK_FUNCTIONS = `
set -u
export LC_ALL=C
us=$(printf '\\037')
work=$(mktemp -d "\${TMPDIR:-/tmp}/reprobot.XXXXXX") || exit 97
trap 'rm -rf "$work"' EXIT

# What a payload could have put there instead of a record, a link above all, is not read.
is_plain() { [ -f "$1" ] && [ ! -L "$1" ]; }

# Heartbeat, start and exit record of one job. Shell built-ins only: forking for each of ten thousand jobs would take minutes.
report_records() { # number life folder
  beat= start= ending=
  if is_plain "$3/heartbeat"; then read -r beat <"$3/heartbeat" || :; fi
  if is_plain "$3/started"; then read -r start <"$3/started" || :; fi
  if is_plain "$3/exit.json"; then read -r ending <"$3/exit.json" || :; fi
  printf 'F\\037%s\\037%s\\037%.100s\\037%.300s\\037%.600s\\n' "$1" "$2" "$beat" "$start" "$ending"
}

# New bytes of every log that grew: one stat for all (mode 8…: a regular file), then an equal share of the budget for each that has
# something new. Those whose turn it is not are told with their size alone.
report_logs() { # list-of-jobs bytes-per-job bytes-in-all rotation
  awk -v us="$us" '
    BEGIN { FS = us; OFS = us }
    { path = $7 == "" ? $6 "/job.log" : $7
      if (substr(path, 1, 1) == "/") print $1, $2, $3, path }' "$1" >"$work/logs"
  cut -d"$us" -f4- "$work/logs" | tr '\\n' '\\0' | xargs -0 -r stat -c '%f %i %s %n' 2>/dev/null |
    sed -n 's/^8[0-9a-f]* //p' >"$work/sizes"
  awk -v us="$us" '
    rows == "sizes" { at = index($0, "/"); split($0, field, " "); known[substr($0, at)] = field[1] " " field[2]; next }
    { split($0, log_, us)
      if (!(log_[4] in known)) next
      split(known[log_[4]], now, " ")
      start = (log_[3] != "-" && log_[3] != now[1]) || now[2] + 0 < log_[2] + 0 ? 0 : log_[2]
      if (now[2] + 0 > start + 0) print log_[1] us now[1] us now[2] us start us log_[4]
    }' rows=sizes "$work/sizes" rows=logs "$work/logs" >"$work/grown"
  count=$(wc -l <"$work/grown")
  [ "$count" -gt 0 ] || return 0
  share=$(($3 / count))
  [ "$share" -ge 4096 ] || share=4096
  [ "$share" -le "$2" ] || share=$2
  most=$(($3 / share))
  [ "$most" -ge 1 ] || most=1
  awk -v us="$us" -v most="$most" -v count="$count" -v first="$4" -v chosen="$work/chosen" '
    { line[NR - 1] = $0 }
    END { for (i = 0; i < count; i++) {
      one = line[(first + i) % count]
      if (i < most) { print one >chosen; continue }
      split(one, log_, us)
      print "L" us log_[1] us log_[2] us log_[3] us log_[4] us
    } }' "$work/grown"
  while IFS="$us" read -r number inode size start path; do
    printf 'L\\037%s\\037%s\\037%s\\037%s\\037' "$number" "$inode" "$size" "$start"
    tail -c "+$((start + 1))" "$path" 2>/dev/null | head -c "$share" | base64 -w 0
    echo
  done <"$work/chosen"
}
`;

export interface JobFiles {
  readonly life: string;
  readonly heartbeatAt: number | undefined;
  readonly startedAt: number | undefined;
  readonly startedJobId: string | undefined;
  readonly limitAt: number | undefined;
  readonly node: string | undefined;
  readonly exit: ExitRecord | null;
}

/** One look at many jobs, read back. Absent entries were not reported, which says nothing about the job. */
export interface Look {
  /** Epoch milliseconds by the host's clock. */
  readonly now: number;
  readonly files: ReadonlyMap<number, JobFiles>;
  readonly logs: ReadonlyMap<number, NonNullable<JobReport['log']>>;
  /** Lines of other kinds, split into fields, for the backend that made them. */
  readonly others: readonly (readonly string[])[];
}

/** The job list for LOOK_FUNCTIONS; the number is the job's place in the given list. */
export function listJobs(jobs: readonly TrackedJob[]): string {
  return jobs
    .map(({ ref, logOffset, logInode, foreign }, number) => {
      const inode = logInode === undefined || logInode === '' ? '-' : logInode;
      const log = foreign === undefined ? '' : describeLog(foreign.log);
      const parts = foreign?.parts === undefined ? '' : String(foreign.parts.open ?? '?');
      return `${[number, logOffset, inode, ref.jobId, ref.cluster ?? '-', ref.folder, log, parts].join(SEPARATOR)}\n`;
    })
    .join('');
}

/** A path that could break the list is not looked at. */
function describeLog(log: NonNullable<TrackedJob['foreign']>['log']): string {
  if (typeof log === 'string') return log === 'find' ? '?' : '-';
  return /^\/[^\n\u001f\0]*$/.test(log.path) ? log.path : '-';
}

/** Reads what a look printed; null unless both marks are there, because a cut answer is no answer. */
export function parseLook(stdout: string): Look | null {
  const begin = stdout.lastIndexOf(`${BEGIN_MARK} `);
  const end = stdout.lastIndexOf(`\n${END_MARK}`);
  if (begin < 0 || end < begin) return null;
  const lines = stdout.slice(begin, end).split('\n');
  const now = Number(lines[0]?.slice(BEGIN_MARK.length + 1)) * 1000;
  if (!Number.isFinite(now)) return null;
  const files = new Map<number, JobFiles>();
  const logs = new Map<number, NonNullable<JobReport['log']>>();
  const others: string[][] = [];
  for (const line of lines.slice(1)) {
    const fields = line.split(SEPARATOR);
    if (fields[0] === 'F') files.set(Number(fields[1]), readFiles(fields));
    else if (fields[0] === 'L') readLog(fields, logs);
    else others.push(fields);
  }
  return { now, files, logs, others };
}

function readFiles(fields: readonly string[]): JobFiles {
  const [beat] = (fields[3] ?? '').split(' ');
  const [began, node, , , startedJobId, limit] = (fields[4] ?? '').split(' ');
  const startedAt = readSeconds(began);
  const limitSeconds = Number(limit);
  return {
    life: fields[2] ?? '',
    heartbeatAt: readSeconds(beat),
    startedAt,
    startedJobId: startedJobId === '' ? undefined : startedJobId,
    limitAt: startedAt === undefined || !(limitSeconds > 0) ? undefined : startedAt + limitSeconds * 1000,
    node: node === '' ? undefined : node,
    exit: parseExitRecord(fields.slice(5).join(SEPARATOR)),
  };
}

function readLog(fields: readonly string[], logs: Map<number, NonNullable<JobReport['log']>>): void {
  const bytes = new Uint8Array(Buffer.from(fields[5] ?? '', 'base64'));
  const [size, offset] = [Number(fields[3]), Number(fields[4])];
  if (bytes.length > 0 || size > offset) logs.set(Number(fields[1]), { bytes, inode: fields[2] ?? '', size, offset });
}

/** Epoch seconds in text to epoch milliseconds; nothing for anything else, such as `N/A` or `Unknown`. */
export function readSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{5,}$/.test(text) ? Number(text) * 1000 : undefined;
}
