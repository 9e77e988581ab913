import type { LogLine } from './prepare-log.ts';

export interface Raised {
  /** Index into the prepared lines of the line that names the exception. */
  readonly index: number;
  /** The class name without its module. */
  readonly name: string;
  /** Who owns the innermost frame above it; null where no frame is printed. */
  readonly raisedIn: 'library' | 'user' | null;
  /** The file of the outermost frame above it: the program that was started. */
  readonly script: string | null;
  /** True where a traceback stands above it. */
  readonly traced: boolean;
  /** True where Python itself says that it went on. */
  readonly ignored: boolean;
  /** True for the line that ends a printed traceback, whatever it is called. */
  readonly terminal: boolean;
  /** Index of the exception that this one was raised from, where Python prints so. */
  readonly causedBy: number | null;
}

const NAMED =
  /^[\s|+E>]*(?:[\w.]{1,120}\.)?(?<name>_?[A-Z]\w{0,80}(?:Error|Exception|Interrupt|NotFound|Timeout|Failure|Exhausted|Expired|Conflict|Impossible)|Exception|SystemExit|StopIteration|(?<=[a-z_]\w{1,80}\.)[A-Z]\w{2,80}(?<!Warning|Info|Logger))(?=:|\s*$|\()/;
// Two ranks that write at once leave one line of doubled names.
const DOUBLED = /(?<name>[A-Z]\w{0,80}?Error)(?:[\w.]{0,200}\k<name>)/;
const TERMINAL = /^(?:[\w.<>]{1,160}\.)?(?<name>[A-Za-z_]\w{0,80})(?:: |:?$)/;
const FRAME =
  /^[\s|]*(?:File "(?<file>[^"]+)", line \d+|\[?(?<notebook>[/\w.<>-]{1,400}\.py)(?:\]\([^)]*\))? in \w|File (?<ipython>\S+?):\d+, in )/;
const CELL = /^\s*(?:<ipython-input|Cell In\s?\[|\/tmp\/ipykernel_|Input In \[)/;
const LIBRARY = /site-packages|dist-packages|[\\/]lib[\\/]python\d|<frozen |[\\/]lib64[\\/]python\d/;
const TRACE_START = /Traceback \(most recent call last\)/;
const IGNORED = /^Exception ignored (?:in|on)|^--- Logging error ---/;
const REACH = 90;

/** True for a file of an installed package or of Python itself. */
export function isLibraryFrame(path: string): boolean {
  return LIBRARY.test(path);
}

function lookUp(lines: readonly LogLine[], index: number): Pick<Raised, 'raisedIn' | 'script' | 'traced' | 'ignored'> {
  let raisedIn: Raised['raisedIn'] = null;
  let script: string | null = null;
  let traced = false;
  let ignored = false;
  for (let above = index - 1; above >= 0 && index - above <= REACH; above--) {
    const text = lines[above]?.text ?? '';
    const groups = FRAME.exec(text)?.groups;
    const file = groups?.['file'] ?? groups?.['notebook'] ?? groups?.['ipython'];
    if (file !== undefined) script = file;
    if (raisedIn === null && file !== undefined) raisedIn = isLibraryFrame(file) ? 'library' : 'user';
    if (raisedIn === null && CELL.test(text)) raisedIn = 'user';
    if (TRACE_START.test(text) || (raisedIn !== null && CELL.test(text))) {
      traced = true;
      ignored = IGNORED.test(lines[above - 1]?.text ?? '');
      break;
    }
    if (NAMED.test(text)) break;
  }
  return { raisedIn, script, traced: traced || raisedIn !== null, ignored };
}

// A traceback ends with the first line that is not indented, of the same rank: the exception, even where its name tells nothing.
function findTerminals(lines: readonly LogLine[]): Map<number, string> {
  const terminals = new Map<number, string>();
  for (const [start, first] of lines.entries()) {
    if (!TRACE_START.test(first.text)) continue;
    for (let index = start + 1; index < lines.length && index - start <= REACH; index++) {
      const line = lines[index];
      if (line === undefined || line.rank !== first.rank || /^(?:[\s|]|$)/.test(line.text)) continue;
      const name = TERMINAL.exec(line.text)?.groups?.['name'];
      if (name !== undefined) terminals.set(index, name);
      break;
    }
  }
  return terminals;
}

function nextIsDeclared(lines: readonly LogLine[], index: number): boolean {
  return lines.slice(Math.max(0, index - 3), index).some((line) => line.text.includes('the direct cause of'));
}

/** Finds every line that names an exception, oldest first. Warnings are none. */
export function findRaised(lines: readonly LogLine[]): Raised[] {
  const raised: Raised[] = [];
  const terminals = findTerminals(lines);
  let declared: number | null = null;
  for (const [index, line] of lines.entries()) {
    if (line.text.length > 2000) continue;
    const name = (NAMED.exec(line.text) ?? DOUBLED.exec(line.text))?.groups?.['name'] ?? terminals.get(index);
    if (/^\s*The above exception was the direct cause of/.test(line.text)) declared = raised.at(-1)?.index ?? null;
    else if (TRACE_START.test(line.text) && !nextIsDeclared(lines, index)) declared = null;
    if (name === undefined) continue;
    const looked = lookUp(lines, index);
    raised.push({ index, name, terminal: terminals.has(index), causedBy: looked.traced ? declared : null, ...looked });
    declared = null;
  }
  return raised;
}
