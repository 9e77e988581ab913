/** Paths of somebody's machine: asked for by the name of a variable, and given a value only where a rule knows it. */
import { keepLiteral, RUN } from '../placeholders.ts';
import { roleOf } from '../repo-map/arguments/roles.ts';
import type { RepoFile } from '../repo-map/input.ts';
import type { CodePlace, FileFacts, Finding } from './patch-line.ts';

// The first folder of paths that exist on one person's machine only.
const HOME =
  /^(?:\/(?:home|Users|root|data\d?|mnt|media|scratch|work|workspace|nfs|share|ssd\d?|hdd\d?|raid|storage|gpfs|lustre)\/|[A-Za-z]:[\\/])/;
const OTHER_MACHINE = 'a path of another machine';

export interface PathFacts extends FileFacts {
  /** A variable can be read: `os` is imported, or can be. */
  readonly canReadOs: boolean;
}

/** What to do about a line that holds such a path; null where it holds none. */
export function findPath(place: CodePlace, facts: PathFacts): Finding | null {
  return findDefault(place, facts) ?? findConstant(place, facts) ?? findOther(place);
}

/** A default that can be given from outside, under the same name. */
function findDefault({ text, code }: CodePlace, { canReadOs, given }: PathFacts): Finding | null {
  const argument = /^(\s*\w{1,40}\.add_argument\(.{0,300}?\bdefault\s*=\s*)(["'])([^"'\\{}\n]{2,200})\2(.*)$/.exec(text);
  if (argument === null || !HOME.test(argument[3] ?? '') || !code.includes('add_argument(')) return null;
  const name = /add_argument\(\s*(?:["']-\w["']\s*,\s*)?["']--([\w-]{2,40})["']/.exec(text)?.[1];
  if (name === undefined || !canReadOs) return { to: null, why: 'the path of another machine as a default; pass the argument' };
  const found = wrap(argument[1] ?? '', name, argument[3] ?? '', argument[4] ?? '');
  return given.includes(name.replaceAll('-', '_')) ? { ...found, idle: `the command gives --${name}` } : found;
}

function findConstant({ text, code }: CodePlace, { canReadOs, given }: PathFacts): Finding | null {
  const assigned = /^(\s*(?:self\.)?)([A-Za-z_]\w{1,60})(\s*=\s*)(["'])([^"'\\{}\n]{2,200})\4(\s*(?:#.*)?)$/.exec(text);
  if (assigned === null || !HOME.test(assigned[5] ?? '') || !code.trimStart().startsWith(/^\w+/.exec(text.trimStart())?.[0] ?? ' '))
    return null;
  const [, indent = '', name = '', equals = '', , value = '', rest = ''] = assigned;
  if (!canReadOs) return { to: null, why: 'the path of another machine' };
  const found = wrap(`${indent}${name}${equals}`, name, value, rest);
  return given.includes(name) ? { ...found, idle: `the command gives ${name}` } : found;
}

function findOther({ text, code }: CodePlace): Finding | null {
  const named = /(["'])((?:\/(?:home|Users|root)\/|[A-Za-z]:\\\\)[^"'\n]{1,200})\1/.exec(text);
  return named === null || code[named.index] === ' '
    ? null
    : { to: null, why: 'the path of another machine, in an expression that has to be understood first' };
}

// Variables that are set wherever a program runs, or that mean something to what starts it.
const TAKEN =
  /^(?:PATH|HOME|PWD|OLDPWD|USER|LOGNAME|HOSTNAME|SHELL|TERM|LANG|EDITOR|PAGER|MAIL|TMP|TEMP|TMPDIR|DISPLAY|RANK|LOCAL_RANK|WORLD_SIZE|MASTER_\w{1,40}|(?:LC|LD|XDG|SSH|PIP|PYTHON|CONDA|VIRTUAL|SLURM|SBATCH|PMI|OMPI|CUDA|NVIDIA|ROCR|HIP|NCCL|RCCL|MIOPEN|HF|TORCH|TRITON|OMP|MKL|WANDB|APPTAINER|SINGULARITY)\w{0,60})$/;

function wrap(head: string, name: string, value: string, rest: string): Finding {
  const plain = name.toUpperCase().replaceAll('-', '_');
  const variable = TAKEN.test(plain) ? `MY_${plain}` : plain;
  return {
    to: `${head}os.environ.get(${JSON.stringify(variable)}, ${JSON.stringify(value)})${rest}`,
    why: `${OTHER_MACHINE}; the variable ${variable} can now take its place`,
    needsOs: true,
    path: { variable, path: value },
  };
}

/** The value of a variable, or why nobody can tell it. */
export type PathAnswer =
  | {
      readonly known: true;
      /** Null where the variable is set already. */
      readonly value: string | null;
      /** To be made before the program starts. */
      readonly folder?: string;
    }
  | { readonly known: false; readonly hint: string };

/**
 * What takes the place of a path, where that is certain: a value that somebody set, the same file in the repository, or the run's folder
 * for what is written. Never a guess.
 */
export function answerPath(
  { variable, path }: NonNullable<Finding['path']>,
  facts: { readonly set: readonly string[]; readonly files: readonly RepoFile[]; readonly name: string },
): PathAnswer {
  if (facts.set.includes(variable)) return { known: true, value: null };
  const inside = locate(path, facts.files, facts.name);
  if (inside !== null) return { known: true, value: `${RUN}/repo${inside === '' ? '' : `/${keepLiteral(inside)}`}` };
  if (roleOf(variable.replace(/^MY_/, '')) === 'output') return { known: true, ...placeOutput(variable, path) };
  const last = partsOf(path).at(-1) ?? '';
  const same = facts.files.filter(
    (file) => file.path.endsWith(`/${last}`) || file.path.includes(`/${last}/`) || file.path.startsWith(`${last}/`),
  );
  return { known: false, hint: same[0] === undefined ? '' : `; the repository holds something of that name (${same[0].path})` };
}

/** What is written stays inside the run's folder: a file under its own name, a folder under the variable's. */
function placeOutput(variable: string, path: string): { value: string; folder: string } {
  const last = partsOf(path).at(-1) ?? '';
  const folder = `${RUN}/output/${variable.toLowerCase()}`;
  return /\.\w{1,6}$/.test(last) ? { value: `${folder}/${keepLiteral(last)}`, folder } : { value: folder, folder };
}

/** The end of the path that the repository holds too: a file of that name, a folder by two names or below the repository's own; null else. */
function locate(path: string, files: readonly RepoFile[], name: string): string | null {
  const parts = partsOf(path);
  const project = (name.split('/').at(-1) ?? name).toLowerCase();
  for (let from = 1; from < parts.length; from += 1) {
    const end = parts.slice(from).join('/');
    if (files.some((file) => file.path === end)) return end;
    const isSure = parts.length - from >= 2 || parts[from - 1]?.toLowerCase() === project;
    if (isSure && files.some((file) => file.path.startsWith(`${end}/`))) return end;
  }
  return parts.at(-1)?.toLowerCase() === project && project !== '' ? '' : null;
}

function partsOf(path: string): string[] {
  return path.split(/[\\/]+/).filter((part) => part !== '' && part !== '.');
}
