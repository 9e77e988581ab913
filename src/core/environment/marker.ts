/** Environment markers of PEP 508: under which conditions a line of requirements holds. Linear in the text, never throws. */
import { compareVersions } from './versions.ts';

/** Where a marker is asked; what is not known makes every comparison with it true. */
export interface MarkerPlace {
  /** Version of the interpreter; null when unknown. */
  readonly python: string | null;
  /** As `uname -m` says. */
  readonly arch: string;
}

const MAX_MARKER = 500;
const MAX_DEPTH = 20;
const TOKEN = /\s{0,50}(?:(\(|\)|and\b|or\b|not\s{1,20}in\b|in\b|===|==|~=|!=|<=|>=|<|>)|([a-z_]{2,40})|'([^']{0,200})'|"([^"]{0,200})")/y;
const VARIABLES =
  /^(?:python_version|python_full_version|os_name|sys_platform|platform_(?:machine|system|release|version|python_implementation)|implementation_(?:name|version)|extra)$/;

interface Word {
  readonly kind: 'sign' | 'variable' | 'text';
  readonly text: string;
}

/** Whether a marker holds at a place; null when it is none. `extra` is never chosen: what belongs to an extra is asked for by its group. */
export function holdsMarker(marker: string, place: MarkerPlace): boolean | null {
  const words = readWords(marker);
  if (words === null) return null;
  const reader = { words, at: 0 };
  const result = readOr(reader, place, 0);
  return reader.at === words.length ? result : null;
}

function readWords(marker: string): Word[] | null {
  if (marker.length > MAX_MARKER) return null;
  const text = marker.trimEnd();
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) return null;
    const [whole, sign, variable, single, double] = match;
    if (variable !== undefined && !VARIABLES.test(variable)) return null;
    if (sign !== undefined) words.push({ kind: 'sign', text: sign.replace(/\s+/, ' ') });
    else if (variable !== undefined) words.push({ kind: 'variable', text: variable });
    else words.push({ kind: 'text', text: single ?? double ?? '' });
    at += whole.length;
  }
  return words;
}

interface Reader {
  readonly words: readonly Word[];
  at: number;
}

function readOr(reader: Reader, place: MarkerPlace, depth: number): boolean | null {
  return readJoined(reader, 'or', () => readJoined(reader, 'and', () => readOne(reader, place, depth)));
}

function readJoined(reader: Reader, sign: 'and' | 'or', readPart: () => boolean | null): boolean | null {
  let result = readPart();
  while (result !== null && reader.words[reader.at]?.text === sign && reader.words[reader.at]?.kind === 'sign') {
    reader.at += 1;
    const next = readPart();
    result = next === null ? null : sign === 'and' ? result && next : result || next;
  }
  return result;
}

function readOne(reader: Reader, place: MarkerPlace, depth: number): boolean | null {
  const [first, sign, second] = reader.words.slice(reader.at, reader.at + 3);
  if (first?.kind === 'sign') {
    if (first.text !== '(' || depth > MAX_DEPTH) return null;
    reader.at += 1;
    const inner = readOr(reader, place, depth + 1);
    if (inner === null || reader.words[reader.at]?.text !== ')') return null;
    reader.at += 1;
    return inner;
  }
  if (
    first === undefined ||
    sign?.kind !== 'sign' ||
    second === undefined ||
    second.kind === 'sign' ||
    /^(?:\(|\)|and|or)$/.test(sign.text)
  )
    return null;
  reader.at += 3;
  if (first.kind === second.kind) return null;
  const name = first.kind === 'variable' ? first.text : second.text;
  const text = first.kind === 'variable' ? second.text : first.text;
  return compare({ name, text, sign: sign.text, isTurned: first.kind === 'text' }, place);
}

interface Comparison {
  readonly name: string;
  readonly text: string;
  readonly sign: string;
  /** The text stands before the sign. */
  readonly isTurned: boolean;
}

const TURNED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function compare({ name, text, sign, isTurned }: Comparison, place: MarkerPlace): boolean {
  const value = valueOf(name, place);
  if (value === null) return true;
  if (sign === 'in' || sign === 'not in') {
    const isInside = isTurned ? value.includes(text) : text.split(/[\s,]+/).includes(value) || (!/^\d/.test(value) && text.includes(value));
    return (sign === 'in') === isInside;
  }
  const asked = isTurned ? (TURNED[sign] ?? sign) : sign;
  if (!name.endsWith('version') || !/^\d/.test(text))
    return asked === '!=' ? value !== text : asked === '==' || asked === '===' ? value === text : true;
  if (text.endsWith('.*')) {
    const isInside = `${value}.`.startsWith(text.slice(0, -1));
    return asked === '!=' ? !isInside : isInside;
  }
  const order = compareVersions(value, text);
  if (asked === '~=') return order >= 0 && `${value}.`.startsWith(`${text.split('.').slice(0, -1).join('.')}.`);
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0, '!=': order !== 0 }[asked] ?? order === 0;
}

/** What a variable is on Linux with CPython; null where nobody knows. */
function valueOf(name: string, { python, arch }: MarkerPlace): string | null {
  const known: Readonly<Record<string, string | null>> = {
    python_version: python?.split('.').slice(0, 2).join('.') ?? null,
    python_full_version: python,
    implementation_version: python,
    os_name: 'posix',
    sys_platform: 'linux',
    platform_system: 'Linux',
    platform_machine: arch === '' || arch === 'unknown' ? null : arch,
    platform_python_implementation: 'CPython',
    implementation_name: 'cpython',
    extra: '',
  };
  return known[name] ?? null;
}
