/** Files of a host, by small sh scripts that only need POSIX tools and GNU stat. */
import { randomBytes } from 'node:crypto';
import { ReprobotError, type ErrorCode } from '../../errors.ts';
import type { FileChunk } from '../../ports.ts';
import type { HostContext } from './host.ts';
import { quotePath } from './quote.ts';
import type { RunResult } from './run.ts';

const ABSENT = 44;
const NOT_A_FILE = 45;
const NOT_ALLOWED = 46;
const SHORT_INPUT = 47;
const HEADER_ROOM = 256;

/** Up to maxBytes from offset. An offset beyond the end starts again at 0. */
export async function readRemoteFile(context: HostContext, path: string, offset: number, maxBytes: number): Promise<FileChunk> {
  const doing = `reading ${path} on ${context.id}`;
  // The file is opened once, so that size, inode and content are of the same file even while somebody replaces it.
  const source = `LC_ALL=C; f=${quotePath(path)}
[ -e "$f" ] || exit ${ABSENT}
[ -f "$f" ] || exit ${NOT_A_FILE}
[ -r "$f" ] || exit ${NOT_ALLOWED}
exec <"$f" || exit ${NOT_ALLOWED}
set -- "$1" "$2" $(stat -c '%i %s' -) || exit 1
[ "$1" -le "$4" ] || set -- 0 "$2" "$3" "$4"
n=$(($4 - $1)); [ "$n" -le "$2" ] || n=$2
printf '%s %s %s\\n' "$3" "$4" "$1"
[ "$n" -eq 0 ] || tail -c "+$(($1 + 1))" | head -c "$n"`;
  const result = await context.run({
    doing,
    payload: { kind: 'script', source, args: [toCount(offset), toCount(maxBytes)] },
    maxOutputBytes: maxBytes + HEADER_ROOM,
  });
  requireSuccess(doing, result);
  const end = result.stdout.indexOf(0x0a);
  const [inode, size, start] = result.stdout.toString('latin1', 0, end).split(' ');
  if (end < 0 || inode === undefined || size === undefined || start === undefined) {
    throw new ReprobotError({ code: 'host.command-failed', doing, why: 'the host answered without the size of the file' });
  }
  return { bytes: result.stdout.subarray(end + 1), inode, size: Number(size), offset: Number(start) };
}

/** Writes beside the target, checks that every byte arrived, then renames. */
export async function writeRemoteFile(
  context: HostContext,
  path: string,
  data: string | Uint8Array,
  mode: number | undefined,
): Promise<void> {
  const doing = `writing ${path} on ${context.id}`;
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  // A connection that breaks looks like the end of the input, hence the count before the rename.
  const source = `LC_ALL=C; f=${quotePath(path)}; t="$f.$1"
[ ! -d "$f" ] || exit ${NOT_A_FILE}
mkdir -p -- "\${f%/*}/" || exit 1
trap 'rm -f -- "$t"' EXIT
( [ -z "$3" ] || umask 077; cat >"$t" ) || exit 1
[ "$(wc -c <"$t")" -eq "$2" ] || exit ${SHORT_INPUT}
[ -z "$3" ] || chmod -- "$3" "$t" || exit 1
mv -f -- "$t" "$f"`;
  const args = [`part-${randomBytes(6).toString('hex')}`, String(bytes.byteLength), mode === undefined ? '' : mode.toString(8)];
  requireSuccess(doing, await context.run({ doing, payload: { kind: 'script', source, args }, stdin: bytes, timeoutMs: 600_000 }));
}

/** Whether anything is at the path; a link that points nowhere counts as nothing. */
export async function pathExists(context: HostContext, path: string): Promise<boolean> {
  const doing = `looking for ${path} on ${context.id}`;
  const result = await context.run({ doing, payload: { kind: 'script', source: `test -e ${quotePath(path)}`, args: [] } });
  if (result.code === 1) return false;
  requireSuccess(doing, result);
  return true;
}

/** Makes the folder and its parents; fine when it is there. */
export async function makeRemoteFolder(context: HostContext, path: string): Promise<void> {
  const doing = `making the folder ${path} on ${context.id}`;
  const source = `LC_ALL=C mkdir -p -- ${quotePath(path)}`;
  requireSuccess(doing, await context.run({ doing, payload: { kind: 'script', source, args: [] } }));
}

/** Turns the end of a script of ours into the error that fits, or does nothing when it went well. */
export function requireSuccess(doing: string, result: Pick<RunResult, 'code' | 'signal' | 'timedOut' | 'stderr'>): void {
  if (result.code === 0) return;
  if (result.timedOut) throw new ReprobotError({ code: 'timeout', doing, why: 'the host did not finish in time', transient: true });
  const said = pickReason(result.stderr.toString('utf8'));
  const { code, why } = explain(result, said);
  throw new ReprobotError({ code, doing, why, details: { exitCode: result.code ?? -1 } });
}

function explain(result: Pick<RunResult, 'code' | 'signal'>, said: string): { code: ErrorCode; why: string } {
  if (result.code === ABSENT) return { code: 'host.no-such-file', why: 'there is no such file' };
  if (result.code === NOT_A_FILE) return { code: 'host.command-failed', why: 'it is not a file' };
  if (result.code === NOT_ALLOWED) return { code: 'host.permission-denied', why: 'the account may not read it' };
  if (result.code === SHORT_INPUT) return { code: 'host.unreachable', why: 'only a part of the data arrived' };
  if (/permission denied|operation not permitted|read-only file system/i.test(said)) return { code: 'host.permission-denied', why: said };
  if (/no such file or directory/i.test(said)) return { code: 'host.no-such-file', why: said };
  return { code: 'host.command-failed', why: said === '' ? `it ended with ${result.signal ?? `status ${result.code}`}` : said };
}

/** The last line that gives a reason; tar ends with one that does not. */
export function pickReason(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.includes('Exiting with failure status'));
  return lines.at(-1)?.trim().slice(0, 300) ?? '';
}

function toCount(value: number): string {
  if (Number.isSafeInteger(value) && value >= 0) return String(value);
  throw new ReprobotError({ code: 'usage.bad-input', doing: 'reading a file', why: `${value} is not a number of bytes` });
}
