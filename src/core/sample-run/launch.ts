/** The words that start an entry with the run's interpreter; launchers are narrowed to one process. Pure. */
import { keepLiteral, PYTHON, RUN } from '../placeholders.ts';
import { nameOf, type RepoFile } from '../repo-map/input.ts';
import type { Entry } from '../repo-map/schema.ts';
import { dropPlaceholders } from './holes.ts';
import type { SamplePlan } from './schema.ts';

/** The Python program behind a shell script or an installed command, where the map says it, else the entry's own; without holes that can be left out. */
export function resolveEntry(entry: Entry): Entry {
  const start = entry.runs ?? entry;
  const argv = dropPlaceholders(start.argv, entry.arguments);
  return entry.runs === undefined ? { ...entry, argv } : { ...entry, ...entry.runs, argv, command: argv.join(' ') };
}

/** The places of a plan stand in words of our own only: every word of the repository comes through `keepLiteral`. */
export function startWords(entry: Entry, words: readonly string[], options: { gpus: number; runner: string | null }): string[] {
  const { gpus, runner } = options;
  const script = words.findIndex((word, index) => index > 0 && word.endsWith('.py'));
  const module = words.findIndex((word) => word === '-m' || word === '--module');
  const isModule = module > 0 && (script < 0 || module < script) && words[module + 1]?.startsWith('torch.distributed') !== true;
  const rest = isModule ? words.slice(module) : script < 0 ? words.slice(1) : words.slice(script);
  switch (entry.launcher) {
    case 'notebook':
      return [PYTHON, `${RUN}/${notebookPath(entry)}`];
    case 'torchrun':
      return [PYTHON, '-m', 'torch.distributed.run', '--standalone', '--nproc_per_node=1', ...rest];
    case 'accelerate':
      return [
        PYTHON,
        '-m',
        'accelerate.commands.launch',
        '--num_processes=1',
        '--num_machines=1',
        ...(gpus === 0 ? ['--cpu'] : []),
        ...rest,
      ];
    case 'deepspeed':
      return [PYTHON, '-m', 'deepspeed.launcher.runner', '--num_gpus=1', ...rest.map((word) => (word === '-m' ? '--module' : word))];
    case 'module':
      return [PYTHON, ...words.slice(1)];
    case 'shell':
      if (/^(ba|z|da)?sh$/.test(words[0] ?? '')) return ['bash', ...words.slice(1)];
      // Another language's program runs the file; only a script is handed to the shell.
      return /\/|\.\w+$/.test(words[0] ?? '') ? ['bash', ...words] : [...words];
    case 'console-script':
      return runner === null ? [PYTHON, ...rest] : [PYTHON, `${RUN}/${runner}`, ...words];
    default:
      return runner === null ? [PYTHON, ...rest] : [PYTHON, `${RUN}/${runner}`, ...rest];
  }
}

/** Launchers whose words are the same for a sample. */
const AS_TYPED: ReadonlySet<string> = new Set(['python', 'module', 'console-script', 'shell']);

/** As a person would type it: launchers as they are narrowed, everything else as the repository says. */
export function showWords(entry: Entry, words: readonly string[], start: readonly string[]): string[] {
  if (entry.launcher === 'notebook') return ['python', nameOf(notebookPath(entry))];
  return AS_TYPED.has(entry.launcher) ? [...words] : ['python', ...start.slice(1)];
}

/** Where a notebook's code goes, in the run's folder. */
export function notebookPath(entry: Entry): string {
  return `plan/${nameOf(entry.file)
    .replace(/\.ipynb$/, '')
    .replaceAll(/[^\w-]/g, '_')}.py`;
}

/** What runs before the entry, as plan words. */
export function preparationWords(entry: Entry): string[][] {
  return (entry.preparations ?? []).map((item) => item.argv.map(keepLiteral));
}

const NAME = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/;

/** A file that calls the function behind a console script, which nothing installs here; null where no declaration names one. */
export function renderConsoleRunner(entry: Entry, files: readonly RepoFile[]): SamplePlan['files'] | null {
  const command = entry.argv[0] ?? '';
  for (const file of files) {
    if (!/(^|\/)(setup\.py|setup\.cfg|pyproject\.toml)$/.test(file.path)) continue;
    for (const line of (file.text ?? '').split('\n')) {
      const found = /(?:^|["'\s])([\w.-]{1,60})["']?\s{0,20}=\s{0,20}["']?([\w.]{1,120}):([\w.]{1,60})/.exec(line.slice(0, 300));
      if (found === null || found[1] !== command || !NAME.test(found[2] ?? '') || !NAME.test(found[3] ?? '')) continue;
      return [
        { path: CONSOLE_RUNNER, content: CONSOLE, why: `calls what ${command} stands for` },
        {
          path: 'plan/run_function.json',
          content: `${JSON.stringify({ module: found[2], name: found[3] })}\n`,
          why: `what ${command} stands for`,
        },
      ];
    }
  }
  return null;
}

export const CONSOLE_RUNNER = 'plan/run_function.py';

const CONSOLE = `"""Written by Reprobot: calls the function that a console script of the repository stands for."""
import functools
import importlib
import json
import os
import sys

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "run_function.json"), encoding="utf-8") as file:
    what = json.load(file)
sys.path[0] = os.getcwd()
del sys.argv[0]
sys.exit(functools.reduce(getattr, what["name"].split("."), importlib.import_module(what["module"]))())
`;
