/** Programs that take every device of the machine without being asked. */
import { cutLine, linesOf } from '../input.ts';
import type { Entry, EntryArgument, Evidence } from '../schema.ts';
import { defineSign, holdsSign } from '../signs/signs.ts';
import { cite, type Source } from '../sources.ts';

const SPAWN = defineSign(/\b(?:mp|multiprocessing|xmp)\.(?:spawn|start_processes)\(/);
const TRAINER = defineSign(/\bTrainer\(/);
const COUNTS_DEVICES = /device_count\(\)|\bn?_?gpus?_per_node\b|\b(?:n|num)_?gpus?\b|\bworld_size\b/i;
/** A trainer told to take all that is there, on one line or with the argument on a line of its own. */
const ALL_OF_TRAINER = /(?:^|[\s(,])(?:devices|gpus)\s{0,3}=\s{0,3}(?:-1\b|["']-1["']|torch\.cuda\.device_count\(\))/;
const NEAR = 8;
/** So many lines of a file, and calls of a function, have the conditions around them read. */
const MAX_JUDGED = 20;

/** The line that starts one process a device, or hands all devices to a trainer, whatever the command says; undefined without one. */
export function findEveryDevice(reached: readonly Source[]): Evidence | undefined {
  for (const source of reached) {
    const spawns = holdsSign(source, SPAWN);
    if (!spawns && !holdsSign(source, TRAINER)) continue;
    const lines = linesOf(source.text).map((line) => cutLine(line));
    let judged = 0;
    for (const [index, line] of lines.entries()) {
      if (/^\s*#/.test(line)) continue;
      if (spawns && judged < MAX_JUDGED && SPAWN.test(line) && isForDevices(lines, index)) {
        if (!isOptional(lines, index)) return cite(source, index + 1);
        judged += 1;
      }
      if (ALL_OF_TRAINER.test(line) && isTrainer(lines, index)) return cite(source, index + 1);
    }
  }
  return undefined;
}

/** True where the number of processes, told in the call or just before it, is that of the devices. */
function isForDevices(lines: readonly string[], index: number): boolean {
  return (
    COUNTS_DEVICES.test(lines.slice(index, index + 4).join(' ')) ||
    /device_count\(\)/.test(lines.slice(Math.max(0, index - NEAR), index).join(' '))
  );
}

/** True where a condition that is not about the number of devices decides whether the line is reached, in its function or around its calls. */
function isOptional(lines: readonly string[], index: number): boolean {
  const { guard, inside } = readGuard(lines, index);
  return guard === 'choice' || (inside !== null && readCallGuard(lines, inside) === 'choice');
}

interface Guard {
  /** A condition on the number of devices, any other condition, or none. */
  readonly guard: 'none' | 'devices' | 'choice';
  /** The function that the line is in. */
  readonly inside: string | null;
}

/** The conditions around a line, up to the function that holds it; one that asks for a word of the command holds. */
export function readGuard(lines: readonly string[], index: number, said: readonly string[] = []): Guard {
  let depth = indentOf(lines[index] ?? '');
  let guard: Guard['guard'] = 'none';
  for (let at = index - 1; at >= 0 && depth > 0; at -= 1) {
    const line = lines[at] ?? '';
    if (line.trim() === '' || indentOf(line) >= depth) continue;
    depth = indentOf(line);
    const name = /^\s*(?:async\s+)?def\s+(\w+)/.exec(line)?.[1];
    if (name !== undefined) return { guard, inside: name };
    if (/^\s*else\b/.test(line)) return { guard: 'choice', inside: null };
    const condition = /^\s*(?:el)?if\s(.*)/.exec(line)?.[1];
    if (condition === undefined || /__main__|__name__|\bnot isinstance\(/.test(condition) || asksFor(condition, said)) continue;
    if (!COUNTS_DEVICES.test(condition)) return { guard: 'choice', inside: null };
    guard = 'devices';
  }
  return { guard, inside: null };
}

/** The condition behind which each call of the function stands, in its file or in others that may call it. */
function readCallGuard(
  lines: readonly string[],
  name: string,
  others: readonly Source[] = [],
  said: readonly string[] = [],
): Guard['guard'] {
  const callers = others.filter(({ text }) => text.includes(`.${name}(`));
  const files = [lines, ...callers.map(({ text }) => linesOf(text).map((line) => cutLine(line)))];
  const calls = files.flatMap((file) => file.flatMap((line, index) => (isCall(line, name) ? [{ file, index }] : [])));
  if (calls.length === 0 || calls.length >= MAX_JUDGED) return 'none';
  const guards = calls.map(({ file, index }) => readGuard(file, index, said).guard);
  if (guards.includes('none')) return 'none';
  return guards.includes('devices') ? 'devices' : 'choice';
}

/** `args.cmd == 'train'` where the command says `train`. */
function asksFor(condition: string, said: readonly string[]): boolean {
  const word = /==\s{0,3}['"](\w{2,30})['"]/.exec(condition)?.[1];
  return word !== undefined && said.includes(word);
}

function isCall(line: string, name: string): boolean {
  return line.includes(`${name}(`) && !/^\s*(?:async\s+)?(?:def\s|#)/.test(line);
}

const COPIES = defineSign(/\bDataParallel\(/);
/** A model that is copied to every visible device; one that gets a list of devices is counted by that list. */
const ON_ALL =
  /(?:^|[\s(=.])DataParallel\((?:(?!.{0,300}(?:device_ids(?!=None)|gpus?\b|\bif\b))|.{0,200}device_ids\s{0,4}=\s{0,4}(?:list\()?range\((?:torch\.cuda\.)?device_count\(\))/;
/** A list that an argument gives. */
const ON_GIVEN = /(?:^|[\s(=.])DataParallel\(.{0,300}device_ids\s{0,4}=\s{0,4}(?:self\.)?(?:args|opts?|flags)\.(\w{1,60})\b/i;

/** The line that spreads a model over all visible devices without a switch; `sure` where no condition at all stands before it. */
export function findDataParallel(
  reached: readonly Source[],
  { arguments: given, argv }: Pick<Entry, 'arguments' | 'argv'>,
): { readonly at: Evidence; readonly sure: boolean } | undefined {
  let counted: Evidence | undefined;
  for (const source of reached) {
    if (!holdsSign(source, COPIES)) continue;
    const lines = linesOf(source.text).map((line) => cutLine(line));
    let judged = 0;
    for (const [index, line] of lines.entries()) {
      if (!copiesToAll(line, lines[index + 1] ?? '', given)) continue;
      judged += 1;
      if (judged > MAX_JUDGED) break;
      const { guard, inside } = readGuard(lines, index, argv);
      const called = inside === null ? 'none' : readCallGuard(lines, inside, reached, argv);
      if (guard === 'choice' || called === 'choice') continue;
      if (guard === 'none' && called === 'none') return { at: cite(source, index + 1), sure: true };
      counted ??= cite(source, index + 1);
    }
  }
  return counted === undefined ? undefined : { at: counted, sure: false };
}

/** True for a model that goes to all devices, be it since the list that it is given is left open. */
function copiesToAll(line: string, next: string, given: readonly EntryArgument[]): boolean {
  // Some copy a part of the model alone, or quote such a line.
  if (/^\s*(?:#|>|class\b)|isinstance|features\b/.test(line)) return false;
  if (ON_ALL.test(line)) return !/device_ids/.test(next);
  const list = ON_GIVEN.exec(line)?.[1];
  return given.some((item) => item.name.replace(/^-+/, '').replaceAll('-', '_') === list && (item.default ?? 'None') === 'None');
}

function isTrainer(lines: readonly string[], index: number): boolean {
  return TRAINER.test(lines.slice(Math.max(0, index - 3 * NEAR), index + 1).join(' '));
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
