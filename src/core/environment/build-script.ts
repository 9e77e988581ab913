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

/** Written when everything was built and verified, removed when a build begins: without it an environment is half of one. */
export const BUILT = 'plan/built';

/**
 * A POSIX shell script that builds the environment in the folder that it is given, or takes everything back when a step fails. The files
 * of the plan must lie in that folder. Two of them do not work in one folder at a time, nor does one beside what a killed one left running.
 */
export function renderBuildScript(plan: EnvPlan): string {
  const steps = [...plan.commands, plan.verify];
  const lines = [
    '#!/bin/sh',
    comment(`Builds the environment of this plan for ${plan.site}. Usage: sh THIS_FILE FOLDER (where plan/ lies).`),
    'set -eu',
    'run=$(cd "${1:?give the folder in which plan/ lies}" && pwd)',
    '[ -d "$run/plan" ] || { echo "Building in $run: plan/ does not lie there. Give the folder that reprobot deps --out wrote." >&2; exit 2; }',
    `python=${quotePlaces(plan.python, quoteWord)}`,
    "doing='looking at the folder'",
    ...renderStop(plan.undo ?? [], steps.length),
    'trap \'stop "was interrupted"\' INT TERM HUP',
    ...LOCK,
    '# Python looks for modules where it stands, and there may be a pip.py.',
    'cd /',
    `rm -f "$run/${BUILT}"`,
    ...steps.flatMap((command, index) => [
      comment(command.why),
      `step ${index + 1} ${quoteWord(command.why.replaceAll(/\s+/g, ' '))}`,
      `${shellLine(command)} || stop "ended with exit code $?"`,
    ]),
    `: > "$run/${BUILT}"`,
    'echo "done: $python"',
  ];
  return `${lines.join('\n')}\n`;
}

/** Says what was being done, why it stopped and what to do, and removes what it made. */
function renderStop(undo: readonly PlannedCommand[], count: number): string[] {
  return [
    `step() { doing="step $1 of ${count} ($2)"; printf '%s\\n' "[$1/${count}] $2"; }`,
    'stop() {',
    "  trap '' INT TERM HUP",
    '  printf \'%s\\n\' "$doing $1; taking the build back." >&2',
    '  left=',
    ...undo.map((command) => `  ${shellLine(command)} || left=yes`),
    '  [ -z "$left" ] || printf \'%s\\n\' "Not all of it could be removed from $run: see above." >&2',
    '  printf \'%s\\n\' "The lines above say why. Put that right and run this again: it begins anew." >&2',
    '  exit 1',
    '}',
  ];
}

/** What a step leaves running holds the lock too. A file system that knows no locks is no reason to stop. */
const LOCK = [
  'if command -v flock >/dev/null 2>&1; then',
  '  exec 9>"$run/plan/building"',
  '  held=0; flock -n -E 75 9 2>/dev/null || held=$?',
  '  if [ "$held" = 75 ]; then',
  '    printf \'%s\\n\' "Building in $run: another build, or a step that one left running, is at work there. Wait for it or end it, then run this again." >&2',
  '    exit 75',
  '  fi',
  'fi',
];

/** What makes a shell ready to run the entry: variables and the interpreter's place. */
export function renderActivation(plan: EnvPlan): string[] {
  return [
    `[ -e "$run/${BUILT}" ] || echo "The environment in $run is not finished: build it first." >&2`,
    `python=${quotePlaces(plan.python, quoteWord)}`,
    ...Object.entries(plan.env)
      .filter(([name]) => /^[A-Za-z_]\w*$/.test(name))
      .map(([name, value]) => `export ${name}=${quotePlaces(value, quoteWord)}`),
  ];
}
