/** Places that name a GPU which is not there. */
import type { CodePlace, FileFacts, Finding } from './patch-line.ts';

const DEVICE = '"cuda" if torch.cuda.is_available() else "cpu"';
const LOOK_BACK = 300;
const MAX_NAMES = 40;

/** What a condition must hold to be about a GPU: the question itself, or a name that was given its answer. */
export function findGuard(lines: readonly Pick<CodePlace, 'code'>[], switches: readonly string[]): RegExp {
  const found = lines.flatMap(({ code }) => {
    if (!code.includes('cuda.is_available()')) return [];
    return /^\s*(?:[A-Za-z_]\w{0,60}\.){0,4}([A-Za-z_]\w{0,60})\s*=(?!=)/.exec(code)?.[1] ?? [];
  });
  const names = [...new Set([...found, ...switches.filter((name) => /^\w+$/.test(name))])].filter((name) => !/^device$/i.test(name));
  const named = names.length === 0 ? '' : String.raw`|(?<!\w)(?:${names.slice(0, MAX_NAMES).join('|')})(?!\w)`;
  return new RegExp(String.raw`cuda\.is_available\(\)|cuda\.device_count\(\)${named}`);
}

/** What to do about one line; null where it holds nothing of the kind. */
export function findDevice(place: CodePlace, facts: FileFacts): Finding | null {
  if (!/cuda/i.test(place.text)) return null;
  return (
    findVisibleDevices(place, facts) ??
    findCudaCall(place, facts) ??
    findSetDevice(place, facts) ??
    findNamedDevice(place, facts) ??
    findGpuOnly(place, facts)
  );
}

/** What has no meaning without a GPU and nothing to take its place in one line. */
function findGpuOnly(place: CodePlace, facts: FileFacts): Finding | null {
  const wants = /\btorch\.cuda\.(?:\w{1,20}Tensor|current_device|get_device_\w{1,20}|synchronize|Stream|Event)\b/.test(place.code);
  return wants && facts.gpus === 0 && !isGuarded(place, facts) ? { to: null, why: 'wants a GPU and has nothing to take its place' } : null;
}

/** A scheduler hands out devices; a program that names its own takes somebody else's, or one that is not there. */
function findVisibleDevices({ text, code }: CodePlace, { gpus }: FileFacts): Finding | null {
  const match = /^(\s*)os\.environ\[(["'])CUDA_VISIBLE_DEVICES\2\]\s*=\s*(["'])([\d, ]{1,40})\3\s*(?:#.*)?$/.exec(text);
  if (match === null || !code.includes('os.environ[')) return null;
  const [, indent = '', , , devices = ''] = match;
  return {
    to: `${indent}os.environ.setdefault("CUDA_VISIBLE_DEVICES", "${devices}")`,
    why: 'the scheduler’s choice of GPUs must win over a number in the code',
    ...(gpus === 0 ? { idle: 'the run has no GPU to choose from' } : {}),
  };
}

/** `.cuda()` stops where there is no GPU; `.to(…)` does the same and goes on. */
function findCudaCall(place: CodePlace, facts: FileFacts): Finding | null {
  const { text, code } = place;
  const all = [...code.matchAll(/(?<=[\w)\]])\.cuda\(\s*(\d{0,2})\s*\)/g)].filter((call) => !/\btorch$/.test(code.slice(0, call.index)));
  const calls = facts.gpus === 0 ? all : all.filter((call) => Number(call[1]) >= facts.gpus);
  if (calls.length === 0) {
    const isOther = facts.gpus === 0 && all.length === 0 && /(?<=[\w)\]])\.cuda\(/.test(code);
    return isOther && !isGuarded(place, facts) ? { to: null, why: '.cuda(…) with arguments that have to be understood first' } : null;
  }
  if (facts.gpus > 0) return { to: replaceAt(text, calls, '.cuda(0)'), why: ONE_GPU };
  if (isGuarded(place, facts)) return null;
  if (!facts.hasTorch) return { to: null, why: 'there is no GPU here, and the file does not import torch by that name' };
  return { to: replaceAt(text, calls, `.to(${DEVICE})`), why: NO_GPU };
}

const ONE_GPU = 'a job that asks for one GPU sees it as number 0';
const NO_GPU = 'the run has no GPU; the same line works with and without one';

/** A statement of its own, so that the condition may go in front. */
function findSetDevice(place: CodePlace, facts: FileFacts): Finding | null {
  const match = /^(\s*)torch\.cuda\.set_device\(\s*(\d{1,2})\s*\)\s*(?:#.*)?$/.exec(place.text);
  if (match === null || !place.code.includes('torch.')) return null;
  const [, indent = '', number = '0'] = match;
  if (facts.gpus > 0) return Number(number) < facts.gpus ? null : { to: `${indent}torch.cuda.set_device(0)`, why: ONE_GPU };
  if (isGuarded(place, facts)) return null;
  return { to: `${indent}if torch.cuda.is_available(): torch.cuda.set_device(${number})`, why: NO_GPU };
}

// Where a device is meant whatever stands around it: another expression may take the place of the name.
const NAMED =
  /(?:\btorch\.device\(\s*|\.to\(\s*|\b(?:map_location|device)\s*=\s*|^\s*(?:self\.)?\w{0,30}device\w{0,30}\s*=\s*)(["'])cuda(?::(\d{1,2}))?\1/gi;

function findNamedDevice(place: CodePlace, facts: FileFacts): Finding | null {
  const { text, code } = place;
  if (/\badd_argument\(|\badd_option\(/.test(code)) return null;
  const named = [...text.matchAll(NAMED)]
    .map((match) => ({ index: match.index + match[0].lastIndexOf(match[1] ?? '"', match[0].length - 2), number: match[2] ?? '0', match }))
    .filter(({ index, match }) => isCode(code, match.index, index) && !isGiven(match[0], facts));
  if (facts.gpus > 0) {
    const wrong = named.filter(({ number }) => Number(number) >= facts.gpus);
    if (wrong.length === 0) return findOtherNumber(place, facts);
    return { to: replaceAt(text, wrong.map(literalAt(text)), '"cuda:0"'), why: ONE_GPU };
  }
  if (named.length === 0) return findOtherNumber(place, facts);
  if (isGuarded(place, facts)) return null;
  if (!facts.hasTorch) return { to: null, why: 'there is no GPU here, and the file does not import torch by that name' };
  return { to: replaceAt(text, named.map(literalAt(text)), DEVICE), why: NO_GPU };
}

/** The name of a device at its own quotes, wherever that stands. */
function literalAt(text: string): (found: { readonly index: number }) => { 0: string; index: number } {
  return ({ index }) => ({ 0: /^(["'])[^"']{4,8}\1/.exec(text.slice(index, index + 12))?.[0] ?? '', index });
}

/** `"cuda:1" if torch.cuda.is_available() else "cpu"` is right but for the number. */
function findOtherNumber(place: CodePlace, facts: FileFacts): Finding | null {
  const { text, code } = place;
  const named = [...text.matchAll(/(["'])cuda:([1-9]\d?)\1/g)].filter(({ index }) => isCode(code, index, index));
  const wrong = named.filter((match) => Number(match[2]) >= Math.max(1, facts.gpus));
  if (wrong.length === 0 || isGiven(text, facts)) return null;
  if (facts.gpus === 0 && isGuarded(place, facts)) return null;
  if (facts.gpus > 0 && /^\s{0,3}if\s/.test(text.slice((wrong[0]?.index ?? 0) + (wrong[0]?.[0].length ?? 0))))
    return { to: replaceAt(text, wrong, '"cuda:0"'), why: ONE_GPU };
  return { to: null, why: 'names a GPU by its number; pass another device if the program takes one' };
}

/** True where the pattern's first character is code and its string is a whole one, not part of another. */
function isCode(code: string, start: number, quote: number): boolean {
  const first = code.slice(start, quote + 1).trim();
  return first !== '' && (code[quote] === '"' || code[quote] === "'");
}

/** An assignment that the command overrides, such as `device = 'cuda'` of a config that takes `--device`. */
function isGiven(text: string, { given }: FileFacts): boolean {
  const name = /^\s*(?:self\.)?(\w{1,60})\s*=/.exec(text)?.[1];
  return name !== undefined && given.includes(name);
}

/** True where the line only runs if a GPU was found: by a condition in it, or of a block around it. */
function isGuarded({ index, code }: CodePlace, { lines, guard }: FileFacts): boolean {
  const condition = code.search(/\bif\b/);
  if (condition >= 0 && guard.test(code.slice(condition))) return true;
  let indent = indentOf(code);
  // Depth of the `else` or `elif` whose `if` is still to be found further up.
  let branch = -1;
  for (let at = index - 1; at >= Math.max(0, index - LOOK_BACK) && (indent > 0 || branch === 0); at -= 1) {
    const above = lines[at]?.code ?? '';
    const depth = indentOf(above);
    if (above.trim() === '' || depth > indent || (depth === indent && branch !== depth)) continue;
    const word = /^\s*(if|elif|else|while)\b/.exec(above)?.[1];
    if (word !== undefined && word !== 'else' && guard.test(above)) return true;
    branch = word === 'else' || word === 'elif' ? depth : -1;
    indent = depth;
  }
  return false;
}

function indentOf(code: string): number {
  return code.length - code.trimStart().length;
}

/** The text with what was matched replaced where it stands. */
function replaceAt(text: string, matches: readonly { readonly 0: string; readonly index: number }[], by: string): string {
  return [...matches]
    .sort((a, b) => b.index - a.index)
    .reduce((line, match) => line.slice(0, match.index) + by + line.slice(match.index + match[0].length), text);
}
