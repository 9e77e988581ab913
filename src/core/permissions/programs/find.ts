import { NO_FLOW, OTHER_FLOW, type Call, type Flow, type Rules } from '../call.ts';
import type { Field } from '../expand.ts';
import { HOLE, INSIDE, STAR, WORDS } from '../marks.ts';
import { readArguments } from '../options.ts';
import { findPlaces, isOwn } from '../paths.ts';
import { isSecretPath } from '../secret-paths.ts';
import { listsInside } from './read-spec.ts';

const RUNS = new Set(['-exec', '-execdir', '-ok', '-okdir']);
const WRITES = new Set(['-fprint', '-fprint0', '-fls', '-fprintf']);
const VALUES =
  /^-(?:i?(?:l?name|path|wholename|regex)|[acm]?(?:min|time)|[acm]?newer\w*|maxdepth|mindepth|type|xtype|size|perm|user|group|uid|gid|links|inum|samefile|fstype|regextype|printf|used|context|newer..)$/;
const FLAGS =
  /^(?:-(?:print0?|ls|prune|quit|depth|d|mount|xdev|empty|readable|writable|executable|true|false|not|o|or|a|and|noleaf|nouser|nogroup|daystart|warn|nowarn|ignore_readdir_race|H|P)|\(|\)|!|,)$/;

function judgeFind(call: Call): Flow {
  const { args } = call;
  let at = 0;
  while (/^-(?:[HP]|O\d)$/.test(args[at]?.text ?? '')) at += 1;
  const starts: Field[] = [];
  for (; at < args.length && !/^[-(!,]/.test(args[at]!.text); at += 1) starts.push(args[at]!);
  for (const start of starts.length === 0 ? [{ text: '.', quoted: true }] : starts) call.read(start.text, 'tree');
  call.look('finds files');
  const inside = listsInside(call, starts);
  let printed = true;
  let secret = false;
  for (; at < args.length; at += 1) {
    const { text } = args[at]!;
    if (text === '-delete') {
      for (const start of starts.length === 0 ? ['.'] : starts.map((field) => field.text)) judgeDeletion(call, start);
    } else if (RUNS.has(text)) {
      const end = args.findIndex((arg, index) => index > at && (arg.text === ';' || (arg.text === '+' && args[index - 1]?.text === '{}')));
      const words = args.slice(at + 1, end === -1 ? args.length : end).map((arg) => fillName(arg, inside ? INSIDE : HOLE));
      if (/^(?:rm|rmdir|unlink|shred|mv)$/.test(args[at + 1]?.text ?? '')) for (const start of starts) judgeDeletion(call, start.text);
      if (secret) call.say('refuse', 'hands files with keys, credentials or history to a program', 'shows secrets');
      call.start(words, { stdin: NO_FLOW, ...(text.endsWith('dir') ? { cwds: null } : {}) });
      printed = false;
      at = end === -1 ? args.length : end;
    } else if (WRITES.has(text)) {
      call.write(args[at + 1]?.text ?? '', 'writes');
      at += text === '-fprintf' ? 2 : 1;
    } else if (text === '-files0-from') call.say('ask', 'reads where to search from a file', 'is not understood');
    else if (VALUES.test(text)) {
      at += 1;
      secret ||= /name|path|regex/.test(text) && isSecretPath((args[at]?.text ?? '').replaceAll('*', STAR));
    } else if (!FLAGS.test(text)) call.say('ask', `has “${text}”, which is not understood`, 'is not understood');
  }
  return inside && printed && !secret ? { kind: 'inside' } : OTHER_FLOW;
}

function fillName(word: Field, mark: string): Field {
  return { ...word, text: word.text.replaceAll('{}', mark) };
}

/** Removing below a place outside the run's folders is never asked about. */
function judgeDeletion(call: Call, start: string): void {
  const places = findPlaces(start, call.cwds, call.policy);
  if (places.every(({ zone, path }) => zone === 'run' && isOwn(path, call.policy)))
    call.say('ask', 'deletes all files that it finds', 'deletes files');
  else call.say('refuse', "deletes files outside the run's folders", 'deletes files');
}

/** Options of xargs that take a value. */
const XARGS = {
  letters: 'aEILnPsd',
  long: [
    '--arg-file',
    '--eof',
    '--replace',
    '--max-lines',
    '--max-args',
    '--max-procs',
    '--max-chars',
    '--delimiter',
    '--process-slot-var',
  ],
};

function judgeXargs(call: Call): Flow {
  let at = 0;
  let name: string | null = null;
  for (; at < call.args.length; at += 1) {
    const { text } = call.args[at]!;
    if (text === '--') {
      at += 1;
      break;
    }
    if (!text.startsWith('-')) break;
    const { options } = readArguments(call.args.slice(at, at + 2), XARGS);
    const [option] = options;
    if (option === undefined) continue;
    if (option.name === '-I') name = option.value?.text ?? '{}';
    if (text.startsWith('-i')) name = text.slice(2) || '{}';
    if (option.name.startsWith('--replace')) name = option.value?.text ?? '{}';
    if (option.name === '-a' || '--arg-file'.startsWith(option.name)) call.say('ask', 'takes words from a file', 'is not understood');
    const last = text.at(-1) ?? '';
    if (
      text.startsWith('--') ? !text.includes('=') && XARGS.long.includes(text) : XARGS.letters.includes(last) && !/^-[a-zA-Z]\S+/.test(text)
    )
      at += 1;
  }
  const words = call.args.slice(at);
  const given = readGiven(call);
  const filled =
    name === null ? [...words, ...given] : words.map((word) => ({ ...word, text: word.text.replaceAll(name, given[0]?.text ?? '') }));
  if (words.length === 0) {
    call.look('prints words');
    return call.stdin;
  }
  return call.start(filled, { stdin: call.stdin.kind === 'jobs' ? call.stdin : NO_FLOW });
}

/** The words that come through the pipe. */
function readGiven(call: Call): Field[] {
  const { stdin } = call;
  if (stdin.kind === 'inside') return [{ text: INSIDE, quoted: true }];
  if (stdin.kind === 'text' && stdin.text !== undefined) {
    return stdin.text
      .split(/\s+/)
      .filter((word) => word !== '')
      .slice(0, 64)
      .map((text) => ({ text: text.replaceAll(/['"\\]/g, ''), quoted: true }));
  }
  return stdin.kind === 'none' ? [] : [{ text: WORDS, quoted: false }];
}

export const FIND_RULES: Rules = { find: judgeFind, xargs: judgeXargs };
