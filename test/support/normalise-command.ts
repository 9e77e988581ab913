import type { Entry } from '../../src/core/repo-map/schema.ts';

/** The command as one compares it: launchers without their options, paths from the root of the repository, no environment variables. */
export function normaliseCommand(entry: Pick<Entry, 'argv' | 'cwd'>): string {
  const words = entry.argv.filter(
    (word, index) => !(/^[A-Z_]+=/.test(word) && entry.argv.slice(0, index).every((before) => before.includes('='))),
  );
  const program = (words[0] ?? '').replace(/^python[23](\.\d+)?$/, 'python');
  const inRoot = (word: string): string =>
    entry.cwd !== '' && /\.(py|sh|ipynb)$/.test(word) ? join(entry.cwd, word) : word.replace(/^\.\/(?=[^ ]*\.(py|sh)$|[^ ]*\/)/, '');
  const rest = words.slice(1).map(inRoot);
  if (program === 'python') return normalisePython(rest);
  if (['torchrun', 'deepspeed', 'sbatch', 'srun'].includes(program)) return [program, ...fromScript(rest)].join(' ');
  if (['mpiexec', 'mpirun'].includes(program)) return ['mpiexec', ...fromProgram(rest)].join(' ');
  if (program === 'torchpack' || program === 'accelerate') return [program, rest[0], ...fromScript(rest.slice(1))].join(' ');
  return [inRoot(program), ...rest].join(' ');
}

function normalisePython(words: readonly string[]): string {
  const isLauncher = words[0] === '-m' && ['torch.distributed.launch', 'torch.distributed.run'].includes(words[1] ?? '');
  if (isLauncher) return ['torchrun', ...fromScript(words.slice(2))].join(' ');
  if (words[0] === '-u') return normalisePython(words.slice(1));
  return words[0] === '-W' ? normalisePython(words.slice(2)) : ['python', ...words].join(' ');
}

function fromScript(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => /\.(py|sh)$/.test(word) || word === '-m' || word === '--module');
  return at < 0 ? words : words.slice(at);
}

function fromProgram(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => word.startsWith('python'));
  return at < 0 ? words : ['python', ...words.slice(at + 1)];
}

function join(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

/**
 * Whether a command begins with the expected words; a value may be bound to the last one by `=`, and what ends with a slash or an underscore names
 * only the beginning of a path.
 */
export function startsWithWords(said: string, expected: string): boolean {
  const after = said.slice(expected.length, expected.length + 1);
  return said.startsWith(expected) && (/[/_]$/.test(expected) || ['', ' ', '='].includes(after));
}
