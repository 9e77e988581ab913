import type { LogLine } from './prepare-log.ts';

export interface Raised {
  /** Index into the prepared lines of the line that names the exception. */
  readonly index: number;
  /** The class name without its module. */
  readonly name: string;
  /** Who owns the innermost frame above it; null where no frame is printed. */
  readonly raisedIn: 'library' | 'user' | null;
  /** True where a traceback stands above it. */
  readonly traced: boolean;
  /** True where Python itself says that it went on. */
  readonly ignored: boolean;
}

const NAMED =
  /^[\s|+E>]*(?:[\w.]{1,120}\.)?(?<name>_?[A-Z]\w{0,80}(?:Error|Exception|Interrupt|NotFound|Timeout|Failure|Exhausted|Expired|Conflict|Impossible)|SystemExit|StopIteration)(?=:|\s*$|\()/;
// Two ranks that write at once leave one line of doubled names.
const DOUBLED = /(?<name>[A-Z]\w{0,80}?Error)(?:[\w.]{0,200}\k<name>)/;
const FRAME =
  /^[\s|]*(?:File "(?<file>[^"]+)", line \d+|\[?(?<notebook>[/\w.<>-]{1,400}\.py)(?:\]\([^)]*\))? in \w|File (?<ipython>\S+?):\d+, in )/;
const CELL = /^\s*(?:<ipython-input|Cell In\s?\[|\/tmp\/ipykernel_|Input In \[)/;
const LIBRARY = /site-packages|dist-packages|[\\/]lib[\\/]python\d|<frozen |[\\/]lib64[\\/]python\d/;
const TRACE_START = /Traceback \(most recent call last\)/;
const IGNORED = /^Exception ignored (?:in|on)|^--- Logging error ---/;
const REACH = 90;

// An installed package or Python itself.
function isLibraryFrame(path: string): boolean {
  return LIBRARY.test(path);
}

function lookUp(lines: readonly LogLine[], index: number): Pick<Raised, 'raisedIn' | 'traced' | 'ignored'> {
  let raisedIn: Raised['raisedIn'] = null;
  let traced = false;
  let ignored = false;
  for (let above = index - 1; above >= 0 && index - above <= REACH; above--) {
    const text = lines[above]?.text ?? '';
    const groups = FRAME.exec(text)?.groups;
    const file = groups?.['file'] ?? groups?.['notebook'] ?? groups?.['ipython'];
    if (raisedIn === null && file !== undefined) raisedIn = isLibraryFrame(file) ? 'library' : 'user';
    if (raisedIn === null && CELL.test(text)) raisedIn = 'user';
    if (TRACE_START.test(text) || (raisedIn !== null && CELL.test(text))) {
      traced = true;
      ignored = IGNORED.test(lines[above - 1]?.text ?? '');
      break;
    }
    if (NAMED.test(text)) break;
  }
  return { raisedIn, traced: traced || raisedIn !== null, ignored };
}

/** Finds every line that names an exception, oldest first. Warnings are none. */
export function findRaised(lines: readonly LogLine[]): Raised[] {
  const raised: Raised[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.text.length > 2000) continue;
    const name = (NAMED.exec(line.text) ?? DOUBLED.exec(line.text))?.groups?.['name'];
    if (name !== undefined) raised.push({ index, name, ...lookUp(lines, index) });
  }
  return raised;
}
