/** The plan as scripts that a person can run and read. */
import { quoteWord } from '../jobs/quote.ts';
import { quotePlaces } from '../placeholders.ts';
import type { EnvPlan, PlannedCommand } from './schema.ts';

/** A shell line of a planned command. Everything that is no place of ours is quoted. */
export function shellLine(command: Pick<PlannedCommand, 'argv'>): string {
  return command.argv.map((word) => quotePlaces(word, quoteWord)).join(' ');
}

/** A comment cannot end its line early. */
const comment = (text: string): string => `# ${text.replaceAll(/[\r\n\u2028\u2029]+/g, ' ')}`;

/**
 * A POSIX shell script that builds the environment in the folder that it is given, or takes everything back when a step fails. The files
 * of the plan must lie in that folder.
 */
export function renderBuildScript(plan: EnvPlan): string {
  const undo = plan.undo ?? [];
  const lines = [
    '#!/bin/sh',
    comment(`Builds the environment of this plan for ${plan.site}. Usage: sh THIS_FILE FOLDER (where plan/ lies).`),
    'set -eu',
    'run=$(cd "${1:?give the folder in which plan/ lies}" && pwd)',
    `python=${quotePlaces(plan.python, quoteWord)}`,
    'take_back() {',
    '  echo "A step failed; taking the build back." >&2',
    ...undo.map((command) => `  ${shellLine(command)}`),
    '  exit 1',
    '}',
    'trap take_back INT TERM HUP',
    ...plan.commands.flatMap((command) => [comment(command.why), `${shellLine(command)} || take_back`]),
    comment(plan.verify.why),
    `${shellLine(plan.verify)} || take_back`,
    'echo "done: $python"',
  ];
  return `${lines.join('\n')}\n`;
}

/** What makes a shell ready to run the entry: variables and the interpreter's place. */
export function renderActivation(plan: EnvPlan): string[] {
  return [
    `python=${quotePlaces(plan.python, quoteWord)}`,
    ...Object.entries(plan.env)
      .filter(([name]) => /^[A-Za-z_]\w*$/.test(name))
      .map(([name, value]) => `export ${name}=${quotePlaces(value, quoteWord)}`),
  ];
}
