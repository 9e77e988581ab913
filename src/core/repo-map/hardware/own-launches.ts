/** Which of the launches that a repository writes down start a given entry. */
import { folderOf, joinPath, nameOf, type RepoFile } from '../input.ts';
import type { Entry, Evidence } from '../schema.ts';
import type { GpuCount, Launch } from './launches.ts';

/** The launches that start the entry: its file, its module, or a script that names it. */
export function findOwn(launches: readonly Launch[], entry: Entry, files: readonly RepoFile[]): Launch[] {
  const name = nameOf(entry.file);
  const module = entry.file.replace(/\.py$/, '').replaceAll('/', '.');
  const isOnly = files.filter((file) => nameOf(file.path) === name).length <= 1;
  const namesIt = (text: string, file: string) => hasWord(text, name) && (isOnly || namesPath(text, file, entry.file));
  const scripts = files.filter((file) => file.path.endsWith('.sh') && file.text !== null && namesIt(file.text, file.path));
  const naming = new Set(scripts.map((file) => nameOf(file.path)));
  return launches.filter(({ text, evidence }) => {
    if (namesIt(text, evidence.file)) return true;
    const asModule = /\s-m\s+([\w.]+)/.exec(text)?.[1];
    if (asModule !== undefined && (module === asModule || module.endsWith(`.${asModule}`))) return true;
    return naming.has(/([\w.-]+\.sh)\b/.exec(text)?.[1] ?? '');
  });
}

/** What a script that a command starts asks for in turn. */
export function countWithin(main: Launch | undefined, launches: readonly Launch[]): GpuCount | null {
  const script = /([\w.-]+\.(?:sh|bash|sbatch|slurm))\b/.exec(main?.text ?? '')?.[1];
  if (script === undefined) return null;
  const inner = launches.filter((launch) => launch.from === 'script' && nameOf(launch.evidence.file) === script && launch !== main);
  return inner.find((launch) => launch.gpus !== null)?.gpus ?? null;
}

/** Where several files bear the name, the one meant is the one at the written path, seen from the document's folder or the root. */
function namesPath(text: string, from: string, wanted: string): boolean {
  const name = nameOf(wanted);
  for (const written of text.split(/[\s"'`]+/)) {
    // `$(dirname $0)/train.py` lies beside the script.
    const word = written.replace(/^.*[)}]\/?/, '');
    if (!word.endsWith(name)) continue;
    if (joinPath(folderOf(from), word) === wanted || joinPath(word) === wanted) return true;
    if (word.includes('/') && wanted.endsWith(`/${joinPath(word) ?? word}`)) return true;
  }
  return false;
}

/** True where the name stands by itself. */
export function hasWord(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!/[\w.-]/.test(text[at - 1] ?? ' ') && !/\w/.test(text[at + name.length] ?? ' ')) return true;
  }
  return false;
}

/** Words of a command that evaluates or shows rather than trains. */
export const OTHER_WORK =
  /--?(eval|evaluate|eval[_-]only|test|test[_-]only|inference|predict|demo)\b|\b(eval|test|demo|inference)\w*\.(py|sh)\b/;

/** The launch behind the entry's command: the one that the entry cites, else the first that trains. */
export function findMain(launches: readonly Launch[], own: readonly Launch[], entry: Entry | undefined): Launch | undefined {
  const at = (cited: Evidence) =>
    launches.find((launch) => launch.evidence.file === cited.file && launch.evidence.line <= cited.line && cited.line <= launch.lastLine);
  // Running text only names a script: the line within the script tells more than a command elsewhere.
  const cited = entry?.launcher === 'shell' ? entry.evidence : entry?.evidence.slice(0, 1);
  const exact = cited?.map(at).find((launch) => launch !== undefined);
  return exact ?? own.find((launch) => !OTHER_WORK.test(launch.text));
}
