import { OTHER_FLOW, type Call, type Flow, type Rules } from '../call.ts';
import type { Field } from '../expand.ts';
import { readArguments } from '../options.ts';

interface WrapperSpec {
  /** Short options that take the next word. */
  readonly letters?: string;
  /** Long options that take the next word. */
  readonly long?: readonly string[];
  /** Words before the program: timeout's duration. */
  readonly skip?: number;
  /** Options that do more than start the program. */
  readonly asks?: readonly string[];
}

/** The program's words behind a wrapper's own. */
function skipOptions(args: readonly Field[], spec: WrapperSpec): { rest: readonly Field[]; options: readonly string[] } {
  const options: string[] = [];
  let at = 0;
  for (; at < args.length; at += 1) {
    const { text } = args[at]!;
    if (text === '--') {
      at += 1;
      break;
    }
    if (!text.startsWith('-') || text === '-') break;
    options.push(text);
    const takesNext = text.startsWith('--')
      ? (spec.long ?? []).includes(text)
      : text.length === 2 && (spec.letters ?? '').includes(text[1]!);
    if (takesNext) at += 1;
  }
  return { rest: args.slice(at + (spec.skip ?? 0)), options };
}

/** A program that starts another one and adds nothing of its own. */
const wrap =
  (spec: WrapperSpec) =>
  (call: Call): Flow => {
    const { rest, options } = skipOptions(call.args, spec);
    const risky = options.find((option) =>
      (spec.asks ?? []).some(
        (known) => option === known || option.startsWith(`${known}=`) || (known.length === 2 && option.startsWith(known)),
      ),
    );
    if (risky !== undefined) call.say('ask', `with ${risky} it does more than start a program`, 'changes files');
    if (rest.length === 0) return OTHER_FLOW;
    return call.start(rest);
  };

/** What outlives the command line is not for login nodes. */
function sayPersistent(call: Call, why: string): void {
  const forbidden = call.where === 'login' ? call.policy.forbids.persistent : null;
  if (forbidden !== null) call.say('refuse', `${why} on a login node, and ${forbidden}`, 'stays running');
  else call.say('ask', why, 'stays running');
}

const persist =
  (why: string, spec: WrapperSpec = {}) =>
  (call: Call): Flow => {
    sayPersistent(call, why);
    const { rest } = skipOptions(call.args, spec);
    return rest.length === 0 ? OTHER_FLOW : call.start(rest);
  };

function judgeTerminal(call: Call): Flow {
  const texts = call.args.map((arg) => arg.text);
  if (/^(?:ls|list-sessions|-ls|-list|-V|-v|--version|info)$/.test(texts[0] ?? '') && texts.length === 1) {
    call.look('lists sessions');
    return OTHER_FLOW;
  }
  for (const text of texts) if (/\s/.test(text)) call.script(text);
  const from = texts.findIndex((text) => !text.startsWith('-') && !['new', 'new-session', 'send-keys', 'attach'].includes(text));
  if (from > 0) call.scan(texts.slice(from).join(' '));
  sayPersistent(call, 'keeps a session running');
  return OTHER_FLOW;
}

/** `watch` and `parallel` run one text or program again and again. */
function judgeAgain(call: Call): Flow {
  const { rest } = skipOptions(
    call.args,
    call.name === 'watch' ? { letters: 'nqi', long: ['--interval'] } : { letters: 'jaNnLId', long: ['--jobs', '--arg-file', '--max-args'] },
  );
  if (rest.length > 0) call.script(rest.map((word) => word.text).join(' '));
  call.guard(rest);
  call.say('ask', call.name === 'watch' ? 'runs again and again until somebody stops it' : 'runs many commands', 'loads the machine');
  return OTHER_FLOW;
}

function judgeCron(call: Call): Flow {
  call.say('refuse', 'has commands run again and again (cron)', 'stays running');
  return OTHER_FLOW;
}

function judgeAt(call: Call): Flow {
  if (call.name === 'atq') {
    call.look('lists what will run later');
    return OTHER_FLOW;
  }
  call.say('refuse', 'has commands run later (cron)', 'stays running');
  return OTHER_FLOW;
}

/** A shell with a text, a file or what comes through a pipe. */
function judgeShell(call: Call): Flow {
  const { options, operands } = readArguments(call.args, { letters: 'oO', long: ['--rcfile', '--init-file'] });
  const fetched = call.substituted.has('network') || call.stdin.kind === 'network';
  if (fetched) call.say('refuse', 'runs what was just fetched, unseen', 'runs other code');
  if (options.some(({ name }) => ['--rcfile', '--init-file', '-i', '-s', '--login'].includes(name)))
    call.say('ask', 'starts a shell with more than a command', 'runs other code');
  if (options.some(({ name }) => name === '-c')) {
    const [source] = operands;
    return source === undefined ? OTHER_FLOW : call.script(source.text);
  }
  if (options.length > 0 && operands.length === 0 && options.every(({ name }) => name === '--version')) return OTHER_FLOW;
  call.guard(operands);
  if (operands.length > 0) {
    call.say('ask', `runs the script ${operands[0]!.text.slice(0, 80)}`, 'runs other code');
    return OTHER_FLOW;
  }
  const text = call.input ?? (call.stdin.kind === 'text' ? call.stdin.text : undefined);
  if (text !== undefined) return call.script(text);
  call.say('ask', 'runs as a script whatever reaches it', 'runs other code');
  return OTHER_FLOW;
}

function refuseRights(call: Call): Flow {
  call.say('refuse', 'acts with the rights of somebody else', 'changes settings');
  return OTHER_FLOW;
}

/** Programs that start programs. */
export const WRAPPER_RULES: Rules = {
  nice: wrap({ letters: 'n', long: ['--adjustment'] }),
  ionice: wrap({ letters: 'cnp', long: ['--class', '--classdata'] }),
  time: wrap({ letters: 'fo', long: ['--format', '--output'], asks: ['-o', '--output', '-a'] }),
  timeout: wrap({ letters: 'ks', long: ['--kill-after', '--signal'], skip: 1 }),
  stdbuf: wrap({ letters: 'ioe', long: ['--input', '--output', '--error'] }),
  unbuffer: wrap({}),
  taskset: wrap({ asks: ['-p', '--pid'], skip: 1 }),
  numactl: (call) => {
    if (call.args.every((arg) => ['-H', '-s', '--hardware', '--show'].includes(arg.text))) return OTHER_FLOW;
    return wrap({ letters: 'NmiCpl' })(call);
  },
  chrt: (call) => {
    call.say('ask', 'changes how urgent a process is', 'changes settings');
    return OTHER_FLOW;
  },
  nohup: persist('keeps a program running after the end'),
  setsid: persist('takes a program out of the session', {}),
  daemonize: persist('keeps a program running after the end'),
  'systemd-run': persist('keeps a program running after the end'),
  disown: (call) => {
    sayPersistent(call, 'keeps a program running after the end');
    return OTHER_FLOW;
  },
  bg: (call) => {
    call.say('ask', 'goes on in the background', 'stays running');
    return OTHER_FLOW;
  },
  tmux: judgeTerminal,
  screen: judgeTerminal,
  zellij: judgeTerminal,
  byobu: judgeTerminal,
  watch: judgeAgain,
  parallel: judgeAgain,
  crontab: (call) => {
    if (call.args.length === 1 && call.args[0]!.text === '-l') call.say('ask', 'lists what runs again and again', 'reads elsewhere');
    else return judgeCron(call);
    return OTHER_FLOW;
  },
  at: judgeAt,
  atq: judgeAt,
  batch: judgeAt,
  sh: judgeShell,
  bash: judgeShell,
  dash: judgeShell,
  zsh: judgeShell,
  ksh: judgeShell,
  ash: judgeShell,
  csh: judgeShell,
  tcsh: judgeShell,
  fish: judgeShell,
  rbash: judgeShell,
  busybox: (call) => {
    call.say('ask', 'starts one of many programs', 'runs other code');
    return call.start(call.args);
  },
  script: (call) => {
    const text = call.args.find((_, index) => /^-[a-z]*c$/.test(call.args[index - 1]?.text ?? ''));
    if (text !== undefined) call.script(text.text);
    call.say('ask', 'records a session', 'changes files');
    return OTHER_FLOW;
  },
  sudo: refuseRights,
  su: refuseRights,
  doas: refuseRights,
  pkexec: refuseRights,
  runuser: refuseRights,
  sudoedit: refuseRights,
  newgrp: refuseRights,
  sg: refuseRights,
};
