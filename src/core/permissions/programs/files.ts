import { OTHER_FLOW, type Call, type Flow, type Rules } from '../call.ts';
import { HOLE, isUnknown, isWild, WORDS } from '../marks.ts';
import { findOption, readArguments } from '../options.ts';
import { findPlaces, isOwn } from '../paths.ts';

function judgeRm(call: Call): Flow {
  const given = readArguments(call.args);
  const recursive = findOption(given, ['-r', '-R', '--recursive']) !== undefined;
  const forced = findOption(given, ['-f', '--force', '--no-preserve-root']) !== undefined;
  for (const { text } of given.operands) {
    if (recursive && /^[\uE002\uE004]*\/[\uE000/]*$/.test(text)) {
      call.say('refuse', 'deletes everything, if a variable in it is empty', 'deletes files');
      continue;
    }
    for (const { path, zone } of findPlaces(text, call.cwds, call.policy)) {
      const own = zone === 'unknown' || (zone === 'run' && isOwn(path, call.policy));
      if (own || !(recursive || forced)) call.write(text, 'deletes');
      else call.say('refuse', "deletes files outside the run's folders", 'deletes files');
    }
  }
  if (given.operands.length === 0 || call.stdin.kind === 'other') call.say('ask', 'deletes files', 'deletes files');
  return OTHER_FLOW;
}

/** cp, mv, ln, install: the last word, or what -t names, is written; the others are read. */
function judgeCopy(call: Call): Flow {
  const given = readArguments(call.args, { letters: 'tSgmo', long: ['--target-directory', '--suffix', '--mode', '--owner', '--group'] });
  const into = findOption(given, ['-t', '--target-directory'])?.value;
  const sources = into === undefined || into === null ? given.operands.slice(0, -1) : given.operands;
  const target = into ?? given.operands.at(-1);
  call.guard(call.args);
  for (const source of sources) {
    if (call.name === 'mv') call.write(source.text, 'moves');
    else if (call.name !== 'ln') call.read(source.text, 'content');
  }
  if (target !== undefined && target !== null) {
    call.write(target.text, 'writes');
    // A folder takes the names of what is copied into it.
    for (const source of sources) {
      const name = source.text.split('/').at(-1) ?? '';
      if (name !== '' && !isWild(name)) call.write(`${target.text}/${name}`, 'writes');
    }
  }
  call.say('ask', call.name === 'ln' ? 'makes a link' : call.name === 'mv' ? 'moves files' : 'copies files', 'changes files');
  return OTHER_FLOW;
}

/** Programs all of whose operands change. */
const change =
  (what: string, letters = '', skip = 0) =>
  (call: Call): Flow => {
    const { operands } = readArguments(call.args, { letters });
    call.guard(call.args);
    for (const word of operands.slice(skip)) call.write(word.text, what);
    call.say('ask', `${what} files`, 'changes files');
    return OTHER_FLOW;
  };

function judgeMode(call: Call): Flow {
  const { operands, options } = readArguments(
    call.args.map((arg) => (/^-[rwxXst,]+$/.test(arg.text) ? { ...arg, text: `a${arg.text}` } : arg)),
  );
  const [mode, ...files] = operands;
  const all = options.some(({ name }) => name === '-R' || name === '--recursive');
  call.guard(call.args);
  for (const { text } of files) {
    call.write(text, 'changes who may use');
    const whole = findPlaces(text, call.cwds, call.policy).some(({ path }) => path === call.policy.home || path === '/');
    if (all && whole) call.say('refuse', 'changes who may use everything there is', 'changes settings');
  }
  if (/^[0-7]*[4-7][0-7]{3}$/.test(mode?.text ?? '') || /[ug]?\+[rwx]*s/.test(mode?.text ?? ''))
    call.say('refuse', 'makes a program run with other rights (setuid)', 'changes settings');
  return OTHER_FLOW;
}

function judgeDd(call: Call): Flow {
  for (const { text } of call.args) {
    if (text.startsWith('if=')) call.read(text.slice(3), 'content');
    if (text.startsWith('of=')) call.write(text.slice(3), 'writes');
  }
  call.say('ask', 'copies bytes', 'changes files');
  return OTHER_FLOW;
}

function judgeTee(call: Call): Flow {
  for (const { text } of readArguments(call.args).operands) call.write(text, 'writes');
  if (call.args.some((arg) => arg.text === WORDS || arg.text === HOLE)) call.say('ask', 'writes a file', 'changes files');
  return call.stdin;
}

/** tar and its kin: what is packed is read, and some options run programs. */
function judgeTar(call: Call): Flow {
  const texts = call.args.map((arg) => arg.text);
  for (const [index, text] of texts.entries()) {
    const match =
      /^(?:--checkpoint-action=exec=|--to-command=|--use-compress-program=|--info-script=|--new-volume-script=|--rsh-command=|--rmt-command=|-I)(.*)$/s.exec(
        text,
      );
    const command = match?.[1] === '' ? (texts[index + 1] ?? '') : match?.[1];
    if (command !== undefined) {
      call.script(command);
      call.say('ask', 'runs another program while packing', 'runs other code');
    }
  }
  call.guard(call.args);
  const [first = '', ...others] = texts;
  const lists = (/^-?[tvzjJf]+$/.test(first) && first.includes('t')) || first === '--list';
  if (
    lists &&
    others.every((text, index) => !text.startsWith('-') || (index === 0 && /^-[fvzjJ]+$/.test(text)) || text === '--wildcards')
  ) {
    call.look('lists an archive');
    if (others[0] !== undefined) call.read(others[0].startsWith('-') ? (others[1] ?? '') : others[0], 'content');
    return OTHER_FLOW;
  }
  for (const text of texts) if (text.startsWith('/') || text.startsWith('~') || isUnknown(text)) call.write(text, 'packs or unpacks');
  call.say('ask', 'packs or unpacks files', 'changes files');
  return { kind: 'files' };
}

function judgeUnzip(call: Call): Flow {
  call.guard(call.args);
  const [first, file, ...others] = call.args.map((arg) => arg.text);
  if (/^-(?:l|v|t|Z1?)$/.test(first ?? '') && file !== undefined && others.length === 0) {
    call.look('lists an archive');
    call.read(file, 'content');
  } else call.say('ask', 'packs or unpacks files', 'changes files');
  return OTHER_FLOW;
}

/** What changes files. */
export const FILE_RULES: Rules = {
  rm: judgeRm,
  rmdir: change('deletes'),
  unlink: change('deletes'),
  shred: judgeRm,
  cp: judgeCopy,
  mv: judgeCopy,
  ln: judgeCopy,
  install: judgeCopy,
  mkdir: change('makes', 'm'),
  touch: change('touches', 'drt'),
  truncate: change('cuts', 'sr'),
  mkfifo: change('makes', 'm'),
  mktemp: change('makes', 'pS'),
  split: change('writes', 'abnlCt', 1),
  csplit: change('writes', 'fbn', 1),
  patch: change('changes', 'diopFB'),
  rename: change('renames', '', 2),
  chmod: judgeMode,
  chown: change('changes the owner of', '', 1),
  chgrp: change('changes the group of', '', 1),
  setfacl: change('changes who may use', 'mxMX'),
  dd: judgeDd,
  tee: judgeTee,
  tar: judgeTar,
  unzip: judgeUnzip,
  zip: change('packs', 'bintx'),
  gzip: change('packs', 'S'),
  gunzip: change('unpacks', 'S'),
  bzip2: change('packs'),
  xz: change('packs'),
  zstd: change('packs'),
  '7z': change('packs'),
  mksquashfs: change('packs'),
  unsquashfs: change('unpacks'),
};
