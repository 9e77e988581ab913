/** Entries whose work no Python file of the repository does: shell scripts, installed programs, frameworks that read a configuration. */
import type { WrittenCommand } from '../commands/commands.ts';
import { readNameKind, readWordsPurpose } from '../commands/purpose.ts';
import { isPlaceholder, quoteWord } from '../commands/shell-words.ts';
import { nameOf, type RepoFile } from '../input.ts';
import type { Entry } from '../schema.ts';
import { fillHydra } from './entry-completion.ts';
import { asKind } from './entry-kind.ts';
import type { Candidate } from './grounds/ground.ts';
import { VIA_ORDER } from './pick-commands.ts';

/** An entry that is not ranked yet, with what its rank is told from. */
export interface OtherEntry {
  readonly entry: Omit<Entry, 'score'>;
  readonly candidate: Candidate;
}

/** A command whose work is done by no Python file of the repository: a shell script, or a framework that reads its configuration. */
export function describeOther(written: readonly WrittenCommand[], files: readonly RepoFile[]): OtherEntry[] {
  const known = written.filter(({ launcher, file }) => launcher === 'shell' || launcher === 'console-script' || !file.endsWith('.py'));
  const [command] = known.toSorted((a, b) => rankOther(a) - rankOther(b));
  if (command === undefined) return [];
  const name = nameOf(command.launcher === 'shell' ? command.file : (command.argv[0] ?? ''));
  const told = command.via === 'readme' || command.via === 'document' ? asKind(command.purpose) : null;
  const kind = isBuild(command) ? 'preprocess' : (readWordsPurpose(command.argv.join(' ')) ?? readNameKind(name) ?? told ?? 'other');
  const argv = fillHydra(command.argv, command.cwd, files);
  const { cwd, launcher, file, runs } = command;
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
  } satisfies Omit<Entry, 'score'>;
  const candidate = {
    entry,
    command,
    mentions: known.length,
    trains: kind === 'train',
    isGuarded: false,
    isNamed: false,
    isListed: false,
    isPackaged: false,
    isNamesake: false,
    isForeign: false,
    toldAs: null,
  };
  return [{ entry, candidate }];
}

/** True for a script or target that installs, compiles or tidies up. */
export function isBuild({ argv }: Pick<WrittenCommand, 'argv'>): boolean {
  const target = argv.find((word) => !/^(make|just|bash|sh|zsh|source|sbatch|sudo)$/.test(word)) ?? '';
  return /(^|[/_-])(install|setup|update|build|compile|make|clean|lint|format|env|docker|entrypoint)/.test(target);
}

/** Without holes first, then from a block of its own and with arguments, then where people look first. */
function rankOther(command: WrittenCommand): number {
  const holes = command.argv.filter(isPlaceholder).length;
  return 4 * Math.min(3, holes) + (command.isInline ? 2 : 0) + (command.argv.length > 2 ? 0 : 1) + VIA_ORDER[command.via];
}
