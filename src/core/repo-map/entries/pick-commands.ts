/** Of the many commands that start one program, those that are worth an entry. */
import { roleOf } from '../arguments/roles.ts';
import type { WrittenCommand } from '../commands/commands.ts';
import { readWordsPurpose } from '../commands/purpose.ts';
import { isPlaceholder } from '../commands/shell-words.ts';
import { depthOf } from '../input.ts';
import type { Entry } from '../schema.ts';

/** Where people look first. */
export const VIA_ORDER = { readme: 0, document: 1, script: 2, program: 2, build: 3, notebook: 3, package: 4 } as const;

/** The best command that trains, the best that does something else, and the script that wraps them where documents name it. */
export function pickCommands(written: readonly WrittenCommand[], kind: (command: WrittenCommand) => Entry['kind']): WrittenCommand[] {
  // Where the data lie and the results go only the reader knows, whichever command is taken.
  const isForReader = (word: string, before: string) =>
    /^(data|output)$/.test(roleOf((word.startsWith('-') ? word : before).split('=')[0] ?? ''));
  const holes = (command: WrittenCommand) =>
    command.argv.filter((word, index) => isPlaceholder(word) && !isForReader(word, command.argv[index - 1] ?? '')).length;
  const vague = (command: WrittenCommand) => Number(command.isInline && written.length > 1);
  const hasMore = written.some((command) => command.launcher !== 'shell' && command.argv.some((word) => /^--?\w|=/.test(word)));
  // A program that trains when it is told to does something else when it is not.
  const says = (command: WrittenCommand) => readWordsPurpose(command.argv.join(' '));
  const hasMode = written.some((command) => says(command) === 'train');
  const isToldTraining = written.some((command) => command.purpose === 'train' && command.via === 'readme');
  const isBare = (command: WrittenCommand) => hasMore && command.argv.at(-1)?.endsWith('.py') === true;
  const rank = (command: WrittenCommand) =>
    VIA_ORDER[command.via] * 3 +
    Math.min(2, holes(command)) +
    (isOpenLauncher(command) ? 1 : 0) +
    2 * vague(command) +
    (command.isExact ? 0 : 2) +
    (isBare(command) ? 2 : 0) +
    (hasMode && says(command) !== 'train' ? 2 : says(command) === 'evaluate' ? 3 : 0) +
    // Of several documented commands those come first of which the text says that they train.
    (command.purpose === 'aside' ? 4 : 0) +
    (says(command) !== 'train' && (command.purpose === 'preprocess' || command.purpose === 'evaluate') ? 1 : 0) +
    (isToldTraining &&
    says(command) !== 'train' &&
    command.purpose !== 'train' &&
    command.purpose !== 'usage' &&
    command.purpose !== 'install'
      ? 2
      : 0) +
    (/(^|\s)--?(resume|dry[-_]run|debug|smoke[-_]test|fast[-_]dev[-_]run)\b/.test(command.argv.join(' ')) ? 1 : 0) +
    // What a part's README says stands behind a document of the whole.
    (command.via === 'readme' ? 2 * Math.min(2, depthOf(command.evidence.file)) : Math.min(1, depthOf(command.evidence.file)));
  const sorted = [...written].sort((a, b) => rank(a) - rank(b));
  const plain = sorted.filter((command) => command.launcher !== 'shell' && command.launcher !== 'console-script');
  const wrapped = pickScripts(sorted);
  const installed = sorted.find((command) => command.launcher === 'console-script');
  const main = plain.find((command) => kind(command) === 'train') ?? plain.find((command) => kind(command) !== 'evaluate');
  const other = plain.find((command) => kind(command) === 'evaluate' && command !== main);
  return [main, other, ...wrapped, installed].filter((command) => command !== undefined);
}

/** So many scripts around one program are worth an entry each. */
const MOST_SCRIPTS = 6;

/** The best command for each script that documents name, in the order given. */
function pickScripts(sorted: readonly WrittenCommand[]): WrittenCommand[] {
  const byScript = new Map<string, WrittenCommand>();
  for (const command of sorted) {
    const isShown = command.via === 'readme' || command.via === 'document' || command.via === 'script';
    const script = scriptOf(command);
    if (isShown && script !== null && !byScript.has(script)) byScript.set(script, command);
  }
  return [...byScript.values()].slice(0, MOST_SCRIPTS);
}

/** The script or build target that a shell command starts. */
export function scriptOf({ launcher, argv, cwd }: WrittenCommand): string | null {
  if (launcher !== 'shell') return null;
  return `${cwd}/${argv.find((word, index) => /\.(sh|bash|zsh|slurm|sbatch|job|pbs)$/.test(word) || (index === 1 && argv[0] === 'make')) ?? ''}`;
}

/** True where the launcher is told what only the machine decides: `mpiexec -n $GPUS`. */
export function isOpenLauncher({ argv }: WrittenCommand): boolean {
  const program = argv.findIndex((word) => word.endsWith('.py'));
  return program > 0 && argv.slice(0, program).some(isPlaceholder);
}
