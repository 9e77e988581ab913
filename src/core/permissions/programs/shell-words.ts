import { NO_FLOW, OTHER_FLOW, type Call, type Flow, type Rules } from '../call.ts';
import { INSIDE, isUnknown, isWild, JOBS, WORDS } from '../marks.ts';
import { isOption, readArguments } from '../options.ts';
import { isSecretName } from '../secret-paths.ts';
import { joinWords } from './read-spec.ts';

/** Text that flows on; what is not known of it stays a mark. */
function print(text: string): Flow {
  return { kind: 'text', text };
}

function judgeEcho(call: Call): Flow {
  call.look('prints its words');
  const words = call.args.filter((arg) => !/^-[neE]+$/.test(arg.text));
  for (const kind of ['secrets', 'files', 'inside'] as const)
    if (call.substituted.has(kind) && joinWords(words) === null) return { kind: kind === 'inside' ? 'inside' : kind };
  const text = words.map((word) => word.text).join(' ');
  // A list of names of which one can be told from the others by nothing is as good as the list.
  return isUnknown(text)
    ? OTHER_FLOW
    : print(call.args.some((arg) => arg.text.includes('e') && arg.text.startsWith('-')) ? text.replaceAll('\\n', '\n') : text);
}

function judgePrintf(call: Call): Flow {
  call.look('prints its words');
  const { options, operands } = readArguments(call.args, { letters: 'v' });
  const variable = options.find((option) => option.name === '-v')?.value?.text;
  if (variable !== undefined) call.setVariable(variable, null);
  const [format, ...rest] = operands;
  if (format === undefined || isUnknown(format.text)) return OTHER_FLOW;
  if (rest.some((word) => isUnknown(word.text))) return OTHER_FLOW;
  if (/^(?:%s|%b|%q)?(?:\\n|\\0|\n| )?$/.test(format.text)) return print(rest.map((word) => word.text).join('\n'));
  return /[%\\]/.test(format.text) ? OTHER_FLOW : print(format.text);
}

/** An index is computed, and what is computed may run something. */
function judgeTest(call: Call): Flow {
  call.look('compares');
  if (call.args.some((arg) => /^-[vR]$/.test(arg.text)) && call.args.some((arg) => arg.text.includes('['))) {
    call.say('ask', 'looks at an element whose index may run something', 'is not understood');
  }
  return NO_FLOW;
}

function judgeCd(call: Call): Flow {
  const { operands } = readArguments(call.args);
  const [target] = operands;
  if (target === undefined && call.name === 'cd') call.setFolder(call.policy.home);
  else if (target === undefined || operands.length > 1 || /^[-+]/.test(target.text) || isWild(target.text)) call.setFolder(null);
  else {
    call.read(target.text, 'names');
    call.setFolder(target.text);
  }
  return NO_FLOW;
}

/** `export`, `declare` and the like: assignments as words. */
function judgeDeclare(call: Call): Flow {
  const { options, operands } = readArguments(call.args);
  const letters = options.map((option) => option.name).join('');
  if (/[^-gxaA]/.test(letters) || call.name === 'readonly')
    call.say('ask', 'declares or shows more than plain variables', 'changes the shell');
  else if (operands.length === 0) call.say('ask', 'prints all variables, secrets among them', 'shows secrets');
  for (const { text } of operands) {
    const equals = text.indexOf('=');
    const name = equals === -1 ? text : text.slice(0, equals).replace(/\+$/, '');
    if (equals === -1) {
      if (isWild(text)) call.say('ask', 'declares what is only known when it runs', 'changes the shell');
    } else call.setVariable(name, text[equals - 1] === '+' || /^~|:~/.test(text.slice(equals + 1)) ? null : text.slice(equals + 1));
  }
  return NO_FLOW;
}

const GIVEN: Readonly<Partial<Record<Flow['kind'], string>>> = { jobs: JOBS, inside: INSIDE };

function judgeRead(call: Call): Flow {
  call.look('reads a line');
  const { options, operands } = readArguments(call.args, { letters: 'adinNptu' });
  for (const { name, value } of options) if (name === '-a' && value !== null) call.setVariable(value.text, null);
  for (const { text } of operands) call.setVariable(text, GIVEN[call.stdin.kind] ?? null);
  return NO_FLOW;
}

function judgeSet(call: Call): Flow {
  if (call.args.length === 0) call.say('ask', 'prints all variables, secrets among them', 'shows secrets');
  else if (
    !call.args.every(
      (arg, index) =>
        /^[-+](?:[euxvfE]+|[eu]*o)$/.test(arg.text) ||
        (call.args[index - 1]?.text.endsWith('o') === true && /^(?:pipefail|errexit|nounset|xtrace|verbose)$/.test(arg.text)),
    )
  ) {
    call.say('ask', 'changes how the shell works', 'changes the shell');
  }
  return NO_FLOW;
}

function judgeEnvironment(call: Call): Flow {
  const names = call.args.map((arg) => arg.text).filter((text) => !text.startsWith('-'));
  const secret = names.find((name) => isSecretName(name));
  if (secret !== undefined) call.say('refuse', `prints ${secret}, which is likely to hold a secret`, 'shows secrets');
  else if (names.length === 0) call.say('ask', 'prints the whole environment, secrets among it', 'shows secrets');
  else if (names.some((name) => isWild(name))) call.say('ask', 'prints a variable that is only known when it runs', 'shows secrets');
  return names.length === 0 ? { kind: 'secrets' } : OTHER_FLOW;
}

/** `.` and `source`: runs a file in this shell. */
function judgeSource(call: Call): Flow {
  const [file] = call.args;
  call.guard(call.args);
  const fetched = call.substituted.has('network') || call.stdin.kind === 'network';
  if (fetched) call.say('refuse', 'runs what was just fetched, unseen', 'runs other code');
  else call.say('ask', `runs the file ${file === undefined ? '' : 'it names'} in this shell`, 'runs other code');
  call.setFolder(null);
  return OTHER_FLOW;
}

function judgeEval(call: Call): Flow {
  if (call.substituted.has('network')) call.say('refuse', 'runs what was just fetched, unseen', 'runs other code');
  const flow = call.script(call.args.map((arg) => arg.text).join(' '));
  call.say('ask', 'builds a command out of words', 'runs other code');
  call.setFolder(null);
  return flow;
}

function judgeCommandWord(call: Call): Flow {
  const given = call.args.findIndex((arg) => !/^-[pvV]+$/.test(arg.text) && arg.text !== '--');
  const flags = call.args
    .slice(0, given === -1 ? call.args.length : given)
    .map((arg) => arg.text)
    .join('');
  if (/[vV]/.test(flags) || given === -1) {
    call.look('finds programs');
    return OTHER_FLOW;
  }
  return call.start(call.args.slice(given), { sameShell: true });
}

const asks =
  (why: string, effect: 'changes the shell' | 'is not understood' | 'stays running' = 'changes the shell') =>
  (call: Call): Flow => {
    call.guard(call.args);
    call.scan(call.args.map((arg) => arg.text).join(' '));
    call.say('ask', why, effect);
    return OTHER_FLOW;
  };

/** What the shell itself does. */
export const SHELL_RULES: Rules = {
  echo: judgeEcho,
  printf: judgePrintf,
  cd: judgeCd,
  pushd: judgeCd,
  popd: (call) => {
    call.setFolder(null);
    return NO_FLOW;
  },
  export: judgeDeclare,
  declare: judgeDeclare,
  typeset: judgeDeclare,
  local: judgeDeclare,
  readonly: judgeDeclare,
  unset: (call) => {
    for (const { text } of call.args) if (!text.startsWith('-')) call.setVariable(text, null);
    if (call.args.some((arg) => arg.text === '-f')) call.say('ask', 'removes a function', 'changes the shell');
    return NO_FLOW;
  },
  read: judgeRead,
  set: judgeSet,
  env: (call) => judgeEnv(call),
  printenv: judgeEnvironment,
  source: judgeSource,
  '.': judgeSource,
  eval: judgeEval,
  command: judgeCommandWord,
  builtin: (call) => call.start(call.args, { sameShell: true }),
  exec: (call) => {
    call.say('ask', 'replaces the shell', 'changes the shell');
    return call.args.length === 0 ? NO_FLOW : call.start(call.args.filter((arg) => !/^-[cla]+$/.test(arg.text)));
  },
  wait: (call) => (call.look('waits'), NO_FLOW),
  exit: () => NO_FLOW,
  return: () => NO_FLOW,
  break: () => NO_FLOW,
  continue: () => NO_FLOW,
  shift: (call) => {
    call.forgetWords();
    return NO_FLOW;
  },
  jobs: (call) => {
    const at = call.args.findIndex((arg) => arg.text === '-x');
    if (at !== -1) return call.start(call.args.slice(at + 1));
    call.look('lists jobs of the shell');
    return OTHER_FLOW;
  },
  help: (call) => (call.look('explains words of the shell'), OTHER_FLOW),
  test: judgeTest,
  '[': judgeTest,
  times: (call) => (call.look('tells times'), OTHER_FLOW),
  umask: (call) => {
    if (call.args.some((arg) => !arg.text.startsWith('-'))) call.say('ask', 'changes who may read new files', 'changes the shell');
    return OTHER_FLOW;
  },
  ulimit: (call) => {
    if (call.args.some((arg) => !/^-[a-zA-Z]+$/.test(arg.text))) call.say('ask', 'changes limits', 'changes the shell');
    return OTHER_FLOW;
  },
  dirs: (call) => (call.look('tells folders'), OTHER_FLOW),
  hash: (call) => {
    if (call.args.some((arg) => arg.text.startsWith('-p'))) call.say('ask', 'makes a name mean another program', 'changes the shell');
    return OTHER_FLOW;
  },
  date: (call) => {
    const { options, operands } = readArguments(call.args, { letters: 'dfrIs', long: ['--date', '--file', '--reference', '--set'] });
    if (options.some(({ name }) => isOption(name, ['-s', '--set'])) || operands.some((word) => !word.text.startsWith('+'))) {
      call.say('ask', 'may set the clock', 'changes settings');
    }
    const file = options.find(({ name }) => isOption(name, ['-f', '-r', '--file', '--reference']))?.value;
    if (file !== undefined && file !== null) call.read(file.text, 'content');
    const format = operands[0]?.text ?? '';
    return /^\+[%A-Za-z0-9_:.-]+$/.test(format) ? { kind: 'number' } : OTHER_FLOW;
  },
  hostname: (call) => {
    if (call.args.some((arg) => !/^-(?:[sfdiIaA]|-(?:short|fqdn|long|domain|ip-address))$/.test(arg.text)))
      call.say('ask', 'may set the name of the machine', 'changes settings');
    return OTHER_FLOW;
  },
  alias: (call) => (call.args.length === 0 ? OTHER_FLOW : judgeAlias(call)),
  unalias: asks('changes what names mean'),
  trap: (call) => {
    const [code] = call.args;
    if (code !== undefined && !code.text.startsWith('-')) call.script(code.text);
    return asks('has a command run later')(call);
  },
  shopt: asks('changes how the shell works'),
  enable: asks('changes what names mean'),
  bind: asks('has a command run later'),
  complete: asks('has a command run later'),
  compgen: asks('may run a command'),
  mapfile: asks('may run a command'),
  readarray: asks('may run a command'),
  let: asks('computes with what may hold code', 'is not understood'),
  getopts: (call) => {
    call.setVariable(call.args[1]?.text ?? '', null);
    return NO_FLOW;
  },
  coproc: (call) => {
    call.start(call.args);
    return asks('leaves something running in the background', 'stays running')(call);
  },
  history: (call) => {
    call.say('refuse', 'shows or changes what was typed before, which may hold passwords', 'shows secrets');
    return OTHER_FLOW;
  },
  fc: (call) => {
    call.say('refuse', 'shows or repeats what was typed before', 'shows secrets');
    return OTHER_FLOW;
  },
};

function judgeAlias(call: Call): Flow {
  for (const { text } of call.args) {
    const equals = text.indexOf('=');
    if (equals > 0) call.script(text.slice(equals + 1));
  }
  call.say('ask', 'makes a name mean another command', 'changes the shell');
  return OTHER_FLOW;
}

/** `env`: sets variables and starts a program, or prints everything. */
function judgeEnv(call: Call): Flow {
  let at = 0;
  for (; at < call.args.length; at += 1) {
    const { text } = call.args[at]!;
    const equals = text.indexOf('=');
    if (text === '--') continue;
    if (text.startsWith('-S') || text.startsWith('--s') || text === '-vS') {
      const value = text.startsWith('--') ? text.slice(text.indexOf('=') + 1) : text.replace(/^-v?S/, '');
      const rest = [value, ...call.args.slice(at + 1).map((arg) => arg.text)].filter((word) => word !== '').join(' ');
      return call.script(rest);
    }
    if (['-i', '-', '-0', '-v', '--ignore-environment', '--null'].includes(text)) continue;
    if (text === '-u' || text === '--unset') at += 1;
    else if (text === '-C' || text === '--chdir' || text.startsWith('--chdir=') || /^-C./.test(text)) {
      call.say('ask', 'starts a program in another folder', 'is not understood');
      if (text === '-C' || text === '--chdir') at += 1;
    } else if (text.startsWith('-')) {
      if (!text.startsWith('--unset=') && !/^-u./.test(text)) call.say('ask', 'has an option that is not understood', 'is not understood');
    } else if (equals > 0) call.noteVariable(text.slice(0, equals), text.slice(equals + 1));
    else break;
  }
  const rest = call.args.slice(at);
  if (rest.length > 0) return call.start(rest);
  if (call.args.some((arg) => arg.text.includes(WORDS)))
    call.say('ask', 'gets words that are only known when it runs', 'is not understood');
  return judgeEnvironment({ ...call, args: [] });
}
