/** The form of the command. */
import { isPlaceholder } from '../../commands/shell-words.ts';
import { whether, type Candidate, type Ground } from './ground.ts';
import { isDocumented } from './place.ts';

/** A script with so many runs in it is a list of a paper's experiments. */
const MANY_RUNS = 6;

/** True where nothing follows the program. */
function isBare({ entry: { argv, launcher } }: Candidate): boolean {
  // A script has the arguments of its programs within it.
  if (launcher === 'notebook' || launcher === 'shell') return false;
  return argv.length === 1 || argv.at(-1)?.endsWith('.py') === true || argv.at(-2) === '-m';
}

export const COMMAND: readonly Ground[] = [
  whether('the reader must fill something in', ({ command }) => command?.argv.some(isPlaceholder) === true),
  whether('it is started without a single argument', isBare),
  whether('it is a shell script', ({ entry }) => entry.launcher === 'shell'),
  whether('it is one of many runs of a script', ({ command }) => (command?.starts ?? 0) >= MANY_RUNS),
  whether('an installation makes the command', ({ entry }) => entry.launcher === 'console-script'),
  whether('an installation makes the command and a text shows it', (it) => it.entry.launcher === 'console-script' && isDocumented(it)),
];
