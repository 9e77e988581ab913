import type { Culprit, Failure } from '../failure.ts';
import { hashText } from '../hash.ts';
import type { LogLine } from './prepare-log.ts';
import { isLibraryFrame, type Raised } from './tracebacks.ts';

interface Frame {
  readonly file: string;
  readonly line: string;
  readonly name: string;
}

const PYTHON_FRAME = /^[\s|]*File "(?<file>[^"]{1,400})", line (?<line>\d+)(?:, in (?<name>\S+))?/;
const NOTEBOOK_FRAME = /^[\s|]*(?:File )?(?<file>[/\w.<>-]{1,400}\.py):(?<line>\d+),? in (?<name>[\w.<>]+)/;
const CELL_FRAME = /^\s*(?:Cell In\s?|Input In )\[(?<line>\d+)\]/;
const CONNECTOR = /During handling of the above exception|The above exception was the direct cause/;
const WRAPPER =
  /ChildFailedError|CalledProcessError|CellExecutionError|PapermillExecutionError|ProcessExitedException|returned non-zero exit status/;
const REACH = 90;
const MAX_LINK = 300;
const MAX_CHAIN = 8;

/** The innermost frame of the program's own code above a line, or null where none is printed. */
export function findUserFrame(lines: readonly LogLine[], index: number): Frame | null {
  const rank = lines[index]?.rank ?? null;
  for (let above = index - 1; above >= 0 && index - above <= REACH; above--) {
    const line = lines[above];
    if (line === undefined || line.rank !== rank) continue;
    if (/Traceback \(most recent call last\)/.test(line.text)) return null;
    const groups = (PYTHON_FRAME.exec(line.text) ?? NOTEBOOK_FRAME.exec(line.text))?.groups;
    const file = groups?.['file'];
    if (file !== undefined && !isLibraryFrame(file)) return { file, line: groups?.['line'] ?? '', name: groups?.['name'] ?? '' };
    const cell = CELL_FRAME.exec(line.text)?.groups?.['line'];
    if (cell !== undefined) return { file: 'cell', line: cell, name: '' };
  }
  return null;
}

/** A line without what differs from run to run: numbers, folders, addresses, hashes, ranks and times. */
export function normalizeLine(text: string): string {
  return text
    .slice(0, 600)
    .replaceAll(/\b(?:https?|s3|gs|git|ssh):\/\/[^\s'"<>)]+/g, '<url>')
    .replaceAll(/(?:[A-Za-z]:)?(?:[/\\][\w.@+~-]{1,100}){2,}/g, (path) =>
      path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1),
    )
    .replaceAll(/\b0x[\da-f]+\b/gi, '#')
    .replaceAll(/\b[\da-f]{8}-[\da-f]{4}-[\da-f-]{9,40}\b/gi, '#')
    .replaceAll(/\b(?=[\da-f]*\d)[\da-f]{8,64}\b/gi, '#')
    .replaceAll(/\d+(?:[.,:]\d+)*/g, '#')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

/** Equal for the same failure in another attempt, run, folder, node or account: class, proving line and own frame, without numbers. */
export function fingerprint(failureClass: string, text: string | null, frame: Frame | null): string {
  const place = frame === null ? '' : `${frame.file.split(/[/\\]/).at(-1) ?? ''}:${frame.name}`;
  return `${failureClass}-${hashText([failureClass, text === null ? '' : normalizeLine(text), place].join('\n'))}`;
}

/** From the first cause to what the launcher said last, as far as the log links them. Empty where one line says all. */
export function linkChain(lines: readonly LogLine[], raised: readonly Raised[], index: number): NonNullable<Failure['chain']> {
  const traced = raised.filter((one) => !one.ignored && Math.abs(one.index - index) <= 4 * REACH);
  const at = traced.findIndex((one) => one.index === index);
  if (at === -1) return [];
  let first = at;
  while (first > 0 && isLinked(lines, traced[first - 1]?.index ?? 0, traced[first]?.index ?? 0)) first -= 1;
  let last = at;
  while (last + 1 < traced.length && isLinked(lines, traced[last]?.index ?? 0, traced[last + 1]?.index ?? 0)) last += 1;
  const wrapper = traced.slice(last + 1).find((one) => WRAPPER.test(lines[one.index]?.text ?? ''));
  const links = [...traced.slice(first, last + 1), ...(wrapper === undefined ? [] : [wrapper])].slice(-MAX_CHAIN);
  return links.length < 2
    ? []
    : links.map((one) => ({ text: (lines[one.index]?.text ?? '').trim().slice(0, MAX_LINK), line: lines[one.index]?.number ?? 1 }));
}

function isLinked(lines: readonly LogLine[], from: number, to: number): boolean {
  return lines.slice(from + 1, to).some((line) => CONNECTOR.test(line.text));
}

const RANK_WORD = /^\s*rank\s*: (?<rank>\d+) \(local_rank|\[[Rr]ank ?(?<rank2>\d+)\]|srun: error: \S+: task (?<rank3>\d+): /;
const NODE_WORD =
  /srun: error: (?<node>[\w.-]+): tasks? |\bON (?<node2>[\w.-]+) CANCELLED|[Nn]ode failure on (?<node3>[\w.-]+)|failed on node (?<node4>[\w.-]+)|^\s*host\s*: (?<node5>[\w.-]+)/;

function findWord(lines: readonly LogLine[], pattern: RegExp): string | null {
  for (const line of lines) {
    const groups = pattern.exec(line.text)?.groups;
    const word = Object.values(groups ?? {}).find((value) => value !== undefined);
    if (word !== undefined) return word;
  }
  return null;
}

/** Which rank, node and place of the program's own code failed, as far as the line and what follows it say. */
export function findCulprit(lines: readonly LogLine[], index: number, frame: Frame | null): Culprit {
  const after = lines.slice(index, index + 2 * REACH);
  return {
    rank: lines[index]?.rank ?? findWord(after, RANK_WORD),
    node: findWord(after, NODE_WORD),
    place: frame === null ? null : `${frame.file}:${frame.line}`,
  };
}
