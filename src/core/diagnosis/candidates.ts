import type { Facts, FailureClass, Pattern, Weight } from './failure-class.ts';
import type { LogLine } from './prepare-log.ts';
import type { Raised } from './tracebacks.ts';

/** One class claiming one line. */
export interface Candidate {
  readonly failureClass: FailureClass;
  readonly weight: Weight;
  readonly index: number;
  readonly line: LogLine;
  readonly raised: Raised | null;
  readonly facts: Facts;
}

const NEAR = 12;
const WARNING_LINE =
  /^\s*(?:\S+:\d+: )?\w*Warning: |^\s*(?:warning|warn|note|hint|info|debug)\b\s*[:[]|^wandb: (?:WARNING )?\w|^\s*WARNING:? /i;

// Where something happened, never what.
const FRAME_LINE = /^\s*(?:frame #\d+: |File "[^"]+", line \d+|#\d+ +0x|at [\w.$]+\()/;

// The program itself says that it found another way.
const FALLBACK =
  /\bfall(?:ing|s)? ?back\b|, (?:using|skipping|ignoring|continuing|disabling)\b|\b(?:using|use) \S{1,40} instead\b|\bdefaulting to\b|\bwill be (?:ignored|disabled|skipped)\b|\b(?:ignored|skipped|continuing (?:without|anyway))\.?\s*$/i;
const NAMES_EXCEPTION = /^[\w.\s|]{0,200}(?:Error|Exception)\b/;

// Whoever tries again has not given up.
const RETRYING =
  /^\W*(?:will )?retry(?:ing)?\b|\bRetrying \(Retry\(|\b(?:will retry|retrying (?:in|after)|retry \d+\/\d+|attempt \d+ (?:of|\/) ?\d+)|, retrying\b|[Rr]etrying\.{0,3}$/i;

/** True for a line that its writer marked as no failure: a warning, a note, information. */
export function isMild(line: LogLine): boolean {
  if (FALLBACK.test(line.text) && !NAMES_EXCEPTION.test(line.text)) return true;
  return (
    line.level === 'info' ||
    line.level === 'warning' ||
    RETRYING.test(line.text) ||
    (WARNING_LINE.test(line.text) && !line.text.startsWith('wandb: ERROR'))
  );
}

function matches(pattern: Pattern, lines: readonly LogLine[], index: number, raised: Raised | null): RegExpExecArray | null {
  const text = lines[index]?.text ?? '';
  const found = pattern.regex.exec(text);
  if (found === null || pattern.not?.test(text) === true) return null;
  if (pattern.raisedIn !== undefined && raised?.raisedIn !== pattern.raisedIn) return null;
  if (pattern.terminal === true && raised?.terminal !== true) return null;
  if (pattern.near === undefined) return found;
  const { near } = pattern;
  return lines.slice(Math.max(0, index - NEAR), index + NEAR).some((line) => near.test(line.text)) ? found : null;
}

function readFacts(found: RegExpExecArray): Facts {
  const facts: Record<string, string> = {};
  for (const [name, value] of Object.entries(found.groups ?? {})) {
    if (value !== undefined && value !== '' && name !== 'quote') facts[name] = value;
  }
  return facts;
}

/** Every claim of every class on every line, in the order of the lines. Source lines inside a traceback claim nothing. */
export function findCandidates(lines: readonly LogLine[], raised: readonly Raised[], classes: readonly FailureClass[]): Candidate[] {
  const raisedAt = new Map(raised.map((one) => [one.index, one]));
  const candidates: Candidate[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.text.trim() === '' || isSource(lines, index) || raisedAt.get(index)?.ignored === true) continue;
    for (const failureClass of classes) {
      const one = raisedAt.get(index) ?? null;
      for (const pattern of failureClass.patterns) {
        const found = matches(pattern, lines, index, one);
        if (found === null) continue;
        candidates.push({ failureClass, weight: pattern.weight ?? 'telling', index, line, raised: one, facts: readFacts(found) });
        break;
      }
    }
  }
  return candidates;
}

function isSource(lines: readonly LogLine[], index: number): boolean {
  const text = lines[index]?.text ?? '';
  if (/^\s*(?:-+> ?)?\d+\s{2,}\S|^-+> \d+/.test(text) && !/Killed|Segmentation|Aborted|Illegal|Bus error/.test(text)) return true;
  if (FRAME_LINE.test(text)) return true;
  return /^\s+\S/.test(text) && /^\s*File "[^"]+", line \d+, in /.test(lines[index - 1]?.text ?? '');
}
