import { OTHER_FLOW, type Call, type Flow, type Rules } from '../call.ts';
import type { Field } from '../expand.ts';
import { judgePackages } from './packages.ts';

/** How an interpreter takes code on its command line. */
interface InterpreterSpec {
  /** Options followed by code. */
  readonly code: RegExp;
  readonly versions: RegExp;
}

const PYTHON: InterpreterSpec = { code: /^-[a-zA-Z]*c$/, versions: /^(?:-V{1,2}|--version|-h|--help)$/ };
const OTHERS: Readonly<Record<string, InterpreterSpec>> = {
  perl: { code: /^-[a-zA-Z0-9]*[eE]$/, versions: /^-(?:v|V|-version)$/ },
  ruby: { code: /^-[a-zA-Z]*e$/, versions: /^(?:-v|--version)$/ },
  node: { code: /^(?:-[a-z]*[ep]|--eval|--print)$/, versions: /^(?:-v|--version)$/ },
  php: { code: /^-[rBRE]$/, versions: /^(?:-v|--version)$/ },
  lua: { code: /^-e$/, versions: /^-v$/ },
  Rscript: { code: /^-e$/, versions: /^--version$/ },
  R: { code: /^-e$/, versions: /^--version$/ },
  julia: { code: /^(?:-[eE]|--eval|--print)$/, versions: /^(?:-v|--version)$/ },
  tclsh: { code: /^$/, versions: /^$/ },
  gdb: { code: /^-(?:ex|eval-command|iex)$/, versions: /^(?:-v|--version)$/ },
  expect: { code: /^-c$/, versions: /^-v$/ },
  osascript: { code: /^-e$/, versions: /^$/ },
};

const judgeInterpreter =
  (spec: InterpreterSpec) =>
  (call: Call): Flow => {
    const { args } = call;
    if (args.length === 1 && spec.versions.test(args[0]!.text)) {
      call.look('tells its version');
      return OTHER_FLOW;
    }
    if (call.stdin.kind === 'network' || call.substituted.has('network'))
      call.say('refuse', 'runs what was just fetched, unseen', 'runs other code');
    const at = args.findIndex((arg) => spec.code.test(arg.text));
    const attached = args.find((arg) => /^-[ceE]./.test(arg.text));
    call.guard(args);
    if (at !== -1 || attached !== undefined) {
      call.scan(
        at === -1
          ? (attached?.text ?? '')
          : args
              .slice(at + 1)
              .map((arg) => arg.text)
              .join('\n'),
      );
      call.say('ask', 'runs code given in the line', 'runs other code');
      return OTHER_FLOW;
    }
    if (call.input !== null || call.stdin.kind === 'text') {
      call.scan(call.input ?? call.stdin.text ?? '');
      call.say('ask', 'runs code given in the line', 'runs other code');
      return OTHER_FLOW;
    }
    return judgeProgram(call, args);
  };

function judgeProgram(call: Call, args: readonly Field[]): Flow {
  const module = args.findIndex((arg) => arg.text === '-m');
  const name = args[module + 1]?.text ?? '';
  // A folder may bring modules of these names, and then they are run.
  if (module !== -1 && /^(?:pip|uv|conda|ensurepip|easy_install|pipx)$/.test(name)) {
    call.say('ask', `runs the module ${name}, or what the folder has in its place`, 'runs other code');
    return judgePackages({
      ...call,
      name: name === 'ensurepip' || name === 'easy_install' ? 'pip' : name,
      args: name === 'ensurepip' ? [{ text: 'install', quoted: false }] : args.slice(module + 2),
    });
  }
  if (module !== -1 && name === 'http.server') {
    call.say('refuse', 'serves files to whoever asks', 'sends data away');
    return OTHER_FLOW;
  }
  const forbidden = call.where === 'login' ? call.policy.forbids.compute : null;
  if (forbidden !== null) call.say('refuse', `computes on a login node, and ${forbidden}`, 'loads the machine');
  else call.say('ask', module === -1 && args.length === 0 ? 'starts an interpreter' : 'runs a program', 'runs other code');
  return OTHER_FLOW;
}

function judgeLauncher(call: Call): Flow {
  call.guard(call.args);
  return judgeProgram(call, call.args);
}

const PYTHONS = [
  'python',
  'python2',
  'python3',
  'pypy',
  'pypy3',
  'ipython',
  ...Array.from({ length: 12 }, (_, minor) => `python3.${minor + 6}`),
];

/** Interpreters and launchers of programs. */
export const INTERPRETER_RULES: Rules = {
  ...Object.fromEntries(PYTHONS.map((name) => [name, judgeInterpreter(PYTHON)])),
  ...Object.fromEntries(Object.entries(OTHERS).map(([name, spec]) => [name, judgeInterpreter(spec)])),
  torchrun: judgeLauncher,
  accelerate: judgeLauncher,
  deepspeed: judgeLauncher,
  jupyter: (call) => {
    const forbidden = call.where === 'login' ? call.policy.forbids.persistent : null;
    const serves = /^(?:lab|notebook|server)?$/.test(call.args[0]?.text ?? '');
    if (serves && forbidden !== null) call.say('refuse', `keeps a server running on a login node, and ${forbidden}`, 'stays running');
    else call.say('ask', 'runs a program', 'runs other code');
    return OTHER_FLOW;
  },
  tensorboard: (call) => {
    const forbidden = call.where === 'login' ? call.policy.forbids.persistent : null;
    if (forbidden !== null) call.say('refuse', `keeps a server running on a login node, and ${forbidden}`, 'stays running');
    else call.say('ask', 'keeps a server running', 'stays running');
    return OTHER_FLOW;
  },
};
