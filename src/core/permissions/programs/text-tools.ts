import { OTHER_FLOW, type Call, type Flow, type Rules } from '../call.ts';
import type { Field } from '../expand.ts';
import { isUnknown, isWild } from '../marks.ts';
import { readArguments, type Arguments } from '../options.ts';

/** Addresses and commands of sed that only choose, change or print lines. */
const ADDRESS = String.raw`(?:\d{1,9}(?:~\d{1,9})?|\$|/(?:[^/\\\n]|\\.){0,300}/I?)`;
const RANGE = String.raw`(?:${ADDRESS}(?:,\s?[+~]?${ADDRESS})?\s?!?\s?)?`;
const CHANGE = ['/', '|', '#', ',', ':', '@', '%', '!', '_', '~', '+'].map((mark) => {
  const part = String.raw`(?:[^\\\n\u{${mark.codePointAt(0)!.toString(16)}}]|\\.){0,300}`;
  const edge = String.raw`\u{${mark.codePointAt(0)!.toString(16)}}`;
  return String.raw`s${edge}${part}${edge}${part}${edge}[gpIi0-9]{0,4}|y${edge}${part}${edge}${part}${edge}`;
});
const SED_COMMAND = new RegExp(String.raw`^\s{0,9}${RANGE}(?:[pdqQ=DGgHhNnPx]|q\d{1,3}|${CHANGE.join('|')})\s{0,9}(?:;|\n|$)`, 'u');

function isPlainSed(script: string): boolean {
  let rest = script.replace(/^\{/, '').replace(/\}$/, '');
  for (let turn = 0; turn < 40 && rest.trim() !== ''; turn += 1) {
    const match = SED_COMMAND.exec(rest);
    if (match === null) return false;
    rest = rest.slice(match[0].length);
  }
  return rest.trim() === '';
}

function judgeSed(call: Call): Flow {
  const given = readArguments(call.args, { letters: 'efl', long: ['--expression', '--file', '--line-length'] });
  const scripts = given.options
    .filter(({ name }) => name === '-e' || (name.length > 3 && '--expression'.startsWith(name)))
    .map(({ value }) => value?.text ?? '');
  const files = [...given.operands];
  if (scripts.length === 0) scripts.push(files.shift()?.text ?? '');
  const unknown = given.options.find(
    ({ name }) =>
      !/^-[neErszu]$/.test(name) &&
      ![
        '--expression',
        '--quiet',
        '--silent',
        '--regexp-extended',
        '--null-data',
        '--separate',
        '--unbuffered',
        '--version',
        '--posix',
        '--sandbox',
      ].includes(name),
  );
  call.look('edits what it prints');
  const writes = unknown !== undefined && /^(?:-i|--i)/.test(unknown.name);
  if (unknown !== undefined)
    call.say('ask', writes ? 'changes files in place' : `with ${unknown.name} it does more than print`, 'changes files');
  for (const file of files)
    if (writes) call.write(file.text, 'changes');
    else call.read(file.text, 'content');
  // A file name that is an option would be one for sed too.
  if (given.unclear !== null && files.includes(given.unclear))
    call.say('ask', 'gets a word that may turn out to be an option which changes something', 'is not understood');
  for (const script of scripts) {
    if (isUnknown(script)) call.say('ask', 'gets a script that is only known when it runs', 'is not understood');
    else if (!isPlainSed(script)) {
      call.scan(script);
      for (const match of script.matchAll(/(?:^|[;\n}\d$/])\s{0,9}e\s{1,9}(.{1,400})|\/[gpiI0-9]{0,4}e\b/g))
        if (match[1] !== undefined) call.script(match[1]);
      call.say('ask', 'has a script that may do more than print (write files, run commands)', 'runs other code');
    }
  }
  return files.length > 0 ? { kind: 'files' } : passOn(call);
}

/** Known text that was changed on its way is no longer known. */
function passOn(call: Call): Flow {
  return call.stdin.kind === 'text' || call.stdin.kind === 'inside' ? OTHER_FLOW : call.stdin;
}

/** Whether an awk program only computes and prints. Strings are looked at as little as possible: what is not clear asks. */
function isPlainAwk(code: string): boolean {
  if (/system|getline|ENVIRON|PROCINFO|ARG[VCI]|@|fflush|close|nextfile\s*\(/.test(code)) return false;
  const bare = code.includes('/') ? code : code.replaceAll(/"(?:[^"\\\n]|\\.){0,300}"/g, '""');
  if (
    /(?:^|[^|])\|(?:[^|]|$)/.test(bare.replaceAll('||', '')) &&
    !/^[^|]*\/[^/|"{};\n]{0,100}(?:\|[^/|"{};\n]{0,100}){1,9}\/[^|]*$/.test(bare)
  )
    return false;
  if (/\\\n/.test(code) || (bare !== code && bare.replaceAll('""', '').includes('"'))) return false;
  const open = bare.replaceAll(/\([^()]{0,200}\)/g, '').replaceAll(/\([^()]{0,200}\)/g, '');
  // Printing with > writes a file; comparing with > does not.
  return open.split(/[;{}\n]/).every((piece) => !(/\bprintf?\b/.test(piece) && piece.includes('>')));
}

function judgeAwk(call: Call): Flow {
  const given = readArguments(call.args, {
    letters: 'FvfieElLopD',
    long: ['--field-separator', '--assign', '--file', '--source', '--include', '--load', '--exec'],
  });
  call.look('computes over lines');
  const risky = given.options.find(({ name }) => !/^-[Fv]$|^--(?:field|assign|posix|re-i|version|csv|lint)/.test(name));
  if (risky !== undefined) call.say('ask', `with ${risky.name} it runs code from elsewhere or changes files`, 'runs other code');
  const [program, ...files] = given.operands;
  const hasCode = risky === undefined || !/^-[feE]|^--(?:file|source|exec)/.test(risky.name);
  if (hasCode && program !== undefined) judgeAwkCode(call, program);
  if (given.unclear !== null && files.includes(given.unclear))
    call.say('ask', 'gets a word that may turn out to be an option which changes something', 'is not understood');
  for (const file of hasCode ? files : given.operands) if (!/^[A-Za-z_]\w*=/.test(file.text)) call.read(file.text, 'content');
  return files.length > 0 ? { kind: 'files' } : passOn(call);
}

function judgeAwkCode(call: Call, program: Field): void {
  if (isUnknown(program.text)) call.say('ask', 'gets a program that is only known when it runs', 'is not understood');
  else if (!isPlainAwk(program.text)) {
    call.scan(`system ${program.text}`);
    call.say('ask', 'has a program that may do more than print (write files, run commands)', 'runs other code');
  }
}

function judgeJq(call: Call): Flow {
  const given = readArguments(call.args, { letters: 'fL', long: ['--from-file', '--indent'] });
  const texts = call.args.map((arg) => arg.text);
  call.look('reads JSON');
  const [filter, ...files] = given.operands;
  if (texts.some((text) => /^(?:-[a-zA-Z]*[fL]|--from-file|--slurpfile|--rawfile|--args|--jsonargs|--argfile|--arg(?:json)?$)/.test(text)))
    call.say('ask', 'takes more than a filter and files', 'is not understood');
  if (/\benv\b|\$ENV|\binput_filename|\binclude\b|\bimport\b/.test(filter?.text ?? '') || isWild(filter?.text ?? ''))
    call.say('ask', 'has a filter that may show the environment', 'shows secrets');
  for (const file of files) call.read(file.text, 'content');
  return files.length > 0 ? { kind: 'files' } : passOn(call);
}

function judgePager(call: Call): Flow {
  const given: Arguments = readArguments(call.args, { letters: 'bhjkoOpPtTxyzD"#' });
  call.look('shows files');
  if (
    given.options.some(({ name }) => !/^-[NSRrFXiIMmnsSeEgGwW0-9]$/.test(name)) ||
    given.unclear !== null ||
    given.operands.some((word) => /^\+(?![GF]?$|\d+$)/.test(word.text))
  ) {
    call.say('ask', 'has options with which a pager may write files or run commands', 'runs other code');
  }
  const files = given.operands.filter((word) => !word.text.startsWith('+'));
  for (const file of files) call.read(file.text, 'content');
  return files.length > 0 ? { kind: 'files' } : call.stdin;
}

function judgeMan(call: Call): Flow {
  call.look('shows a manual page');
  if (
    call.args.some((arg) => !/^(?:[\w.+:[\]-]{1,60}|-[kfaw]|\d)$/.test(arg.text) || /^-[^kfaw]/.test(arg.text) || arg.text.startsWith('--'))
  ) {
    call.scan(call.args.map((arg) => arg.text).join(' '));
    call.say('ask', 'has options with which it may run another program', 'runs other code');
  }
  return OTHER_FLOW;
}

/** Editors: what is started inside of them is out of sight. */
function judgeEditor(call: Call): Flow {
  for (const { text } of call.args) {
    const command = /^(?:\+|-c|--cmd=?)?\s?:?!(.{1,400})$/s.exec(text)?.[1];
    if (command !== undefined) call.script(command);
  }
  call.guard(call.args);
  for (const { text } of call.args) if (!/^[-+:!]/.test(text)) call.write(text, 'edits');
  call.say('ask', 'opens an editor, which may run commands', 'runs other code');
  return OTHER_FLOW;
}

/** Programs with a small language of their own. */
export const TEXT_RULES: Rules = {
  sed: judgeSed,
  gsed: judgeSed,
  awk: judgeAwk,
  gawk: judgeAwk,
  mawk: judgeAwk,
  nawk: judgeAwk,
  jq: judgeJq,
  less: judgePager,
  more: judgePager,
  zless: judgePager,
  man: judgeMan,
  info: judgeMan,
  ...Object.fromEntries(['vi', 'vim', 'nvim', 'view', 'ex', 'ed', 'nano', 'emacs', 'pico', 'code'].map((name) => [name, judgeEditor])),
};
