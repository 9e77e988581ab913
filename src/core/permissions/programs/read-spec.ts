import { OTHER_FLOW, type Call, type Flow, type Rule } from '../call.ts';
import type { Field } from '../expand.ts';
import type { ReadDepth } from '../file-access.ts';
import { isWild } from '../marks.ts';
import { isOption, readArguments } from '../options.ts';

/** A program that only looks, with what of it does not. */
export interface ReadSpec {
  /** What it does, as in “squeue lists jobs”. */
  readonly why: string;
  readonly letters?: string;
  readonly long?: readonly string[];
  /** Options with which it no longer only looks, and why. */
  readonly asks?: Readonly<Record<string, string>>;
  /** What its operands are: files to read, folders to list, folders to walk through, or no files at all. */
  readonly operands: ReadDepth | 'words';
  /** So many operands stand before the files: grep's pattern. */
  readonly skip?: number;
  /** Options that bring what would otherwise be skipped. */
  readonly skipUnless?: readonly string[];
  /** Options that make it walk through folders. */
  readonly walks?: readonly string[];
  /** Options with which it follows links, which may lead anywhere. */
  readonly follows?: readonly string[];
  /** Options whose value is a file. */
  readonly files?: readonly string[];
  /** More operands than this change something. */
  readonly atMost?: number;
  /** Options with which it prints names of its files. */
  readonly lists?: readonly string[];
  /** What it prints; `through` what it was given. */
  readonly prints?: Flow['kind'] | 'through';
}

/** The rule that a spec stands for. */
export function makeReadRule(spec: ReadSpec): Rule {
  return (call) => {
    call.look(spec.why);
    const given = readArguments(call.args, spec);
    const risky = Object.entries(spec.asks ?? {});
    if (given.unclear !== null && risky.length > 0) {
      call.say('ask', 'gets a word that may turn out to be an option which changes something', 'is not understood');
    }
    for (const { name, value } of given.options) {
      for (const [option, why] of risky) if (isOption(name, [option])) call.say('ask', `with ${option} it ${why}`, 'changes files');
      if (isOption(name, spec.follows ?? [])) call.say('ask', `with ${name} it follows links, which may lead anywhere`, 'reads elsewhere');
      if (value !== null && isOption(name, spec.files ?? [])) call.read(value.text, 'content');
    }
    const walks = spec.operands === 'tree' || given.options.some(({ name }) => isOption(name, spec.walks ?? []));
    const skipped = given.options.some(({ name }) => isOption(name, spec.skipUnless ?? [])) ? 0 : (spec.skip ?? 0);
    const files = spec.operands === 'words' ? [] : given.operands.slice(skipped);
    if (spec.atMost !== undefined && given.operands.length > spec.atMost) {
      call.say('ask', 'gets more words than it needs to look, and writes into the last', 'changes files');
    }
    const depth = walks ? 'tree' : spec.operands;
    for (const file of files) if (depth !== 'words') call.read(file.text, depth);
    // Without a file, what walks through folders begins where it is.
    if ((walks || spec.operands === 'sizes') && files.length === 0) call.read('.', 'tree');
    if (given.options.some(({ name }) => isOption(name, spec.lists ?? [])) && listsInside(call, files)) return { kind: 'inside' };
    return tellFlow(call, spec, files);
  };
}

function tellFlow(call: Call, spec: ReadSpec, files: readonly Field[]): Flow {
  if (spec.prints === 'through') {
    if (files.length === 0) return call.stdin.kind === 'text' ? OTHER_FLOW : call.stdin;
    return { kind: 'files' };
  }
  if (spec.prints === 'inside') return listsInside(call, files) ? { kind: 'inside' } : OTHER_FLOW;
  if (spec.prints !== undefined) return { kind: spec.prints };
  return spec.operands === 'content' && files.length > 0 ? { kind: 'files' } : OTHER_FLOW;
}

/** Whether all that is listed lies in the run's folders. */
export function listsInside(call: Call, places: readonly Field[]): boolean {
  const all = places.length === 0 ? ['.'] : places.map((place) => place.text);
  return all.every((place) => !place.startsWith('-') && call.zones(place).every((zone) => zone === 'run'));
}

/** The words as one text; null where some of it is not known. */
export function joinWords(words: readonly Field[]): string | null {
  const text = words.map((word) => word.text).join(' ');
  return isWild(text) ? null : text;
}
