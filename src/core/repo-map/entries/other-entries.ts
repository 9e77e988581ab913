/** Entries whose work no Python file of the repository does: shell scripts, installed programs, frameworks that read a configuration. */
import type { WrittenCommand } from '../commands/commands.ts';
import { readNameKind, readWordsPurpose } from '../commands/purpose.ts';
import { isPlaceholder, quoteWord } from '../commands/shell-words.ts';
import { nameOf, type RepoFile } from '../input.ts';
import type { Entry } from '../schema.ts';
import { fillHydra } from './entry-completion.ts';
import { asKind, scoreEntry } from './entry-score.ts';
import { dropPlaceholders } from './entry-start.ts';
import { VIA_ORDER } from './pick-commands.ts';

/** A command whose work is done by no Python file of the repository: a shell script, or a framework that reads its configuration. */
export function describeOther(written: readonly WrittenCommand[], files: readonly RepoFile[]): Entry[] {
  const known = written.filter((command) => command.launcher === 'shell' || command.launcher === 'console-script');
  const [command] = known.toSorted((a, b) => rankOther(a) - rankOther(b));
  if (command === undefined) return [];
  const name = nameOf(command.launcher === 'shell' ? command.file : (command.argv[0] ?? ''));
  const told = command.via === 'readme' || command.via === 'document' ? asKind(command.purpose) : null;
  const kind = readWordsPurpose(command.argv.join(' ')) ?? readNameKind(name) ?? told ?? 'other';
  const { argv, cwd, launcher, file, runs } = { ...command, argv: dropPlaceholders(fillHydra(command.argv, command.cwd, files), []) };
  const entry = {
    ...(runs === null ? {} : { runs }),
    argv,
    cwd,
    launcher,
    file,
    kind,
    command: argv.map(quoteWord).join(' '),
    line: 1,
    arguments: [],
    evidence: [command.evidence, ...command.behind],
    score: 0,
  };
  const isBuild = /(^|[/_-])(install|setup|build|compile|make|clean|lint|format|env|docker|entrypoint|format)/.test(command.argv.join(' '));
  const facts = {
    command,
    mentions: known.length,
    trains: kind === 'train',
    trainsItself: false,
    isGuarded: false,
    isImported: false,
    isNamed: false,
    lacksSetting: false,
    toldAs: null,
    isPackaged: false,
    isNamesake: false,
  };
  // Without a Python file nobody knows what it does: it comes after what is known to train.
  return [{ ...entry, score: scoreEntry(entry, facts) - (isBuild ? 40 : command.launcher === 'shell' ? 12 : 0) }];
}

/** Without holes first, then from a block of its own and with arguments, then where people look first. */
function rankOther(command: WrittenCommand): number {
  const holes = command.argv.filter(isPlaceholder).length;
  return 4 * Math.min(3, holes) + (command.isInline ? 2 : 0) + (command.argv.length > 2 ? 0 : 1) + VIA_ORDER[command.via];
}
