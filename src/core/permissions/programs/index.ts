import { OTHER_FLOW, type Call, type Flow, type Rule } from '../call.ts';
import { FILE_RULES } from './files.ts';
import { FIND_RULES } from './find.ts';
import { GIT_RULES } from './git.ts';
import { INTERPRETER_RULES } from './interpreters.ts';
import { MACHINE_RULES } from './machine.ts';
import { NETWORK_RULES } from './network.ts';
import { PACKAGE_RULES } from './packages.ts';
import { READER_RULES } from './readers.ts';
import { SHELL_RULES } from './shell-words.ts';
import { SLURM_RULES } from './slurm.ts';
import { TEXT_RULES } from './text-tools.ts';
import { WRAPPER_RULES } from './wrappers.ts';

const RULES: ReadonlyMap<string, Rule> = new Map(
  [
    READER_RULES,
    SHELL_RULES,
    SLURM_RULES,
    GIT_RULES,
    FIND_RULES,
    FILE_RULES,
    WRAPPER_RULES,
    INTERPRETER_RULES,
    PACKAGE_RULES,
    NETWORK_RULES,
    TEXT_RULES,
    MACHINE_RULES,
  ].flatMap((rules) => Object.entries(rules)),
);

/** The rule for a program: ours, the site's, or that of a program that nobody knows. */
export function findRule(call: Call): Rule {
  const known = RULES.get(call.name);
  if (known !== undefined) return known;
  const words = [call.name, ...call.args.map((arg) => arg.text)];
  const listed = call.policy.alsoReadOnly.some((entry) => entry.every((word, index) => word === words[index]));
  return listed ? judgeListed : judgeUnknown;
}

/** A program that the site says only looks. */
function judgeListed(call: Call): Flow {
  call.guard(call.args);
  call.look('only looks, says the site');
  return OTHER_FLOW;
}

function judgeUnknown(call: Call): Flow {
  call.guard(call.args);
  call.scan(call.args.map((arg) => arg.text).join(' '));
  if (call.stdin.kind === 'network' && call.name.includes('/'))
    call.say('refuse', 'hands what was fetched to a program', 'runs other code');
  const path = call.name.includes('/');
  call.say(
    'ask',
    path ? `runs the file ${call.name}` : `starts ${call.name}, which is not on the list of what only looks`,
    'runs other code',
  );
  return OTHER_FLOW;
}
