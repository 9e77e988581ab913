/** cog.yaml: the packages of a model that is served by Cog. */
import { cutLine, folderOf, joinPath, linesOf, type RepoFile } from '../input.ts';
import { parseYaml } from '../yaml-text.ts';
import { readInstallTexts } from './install-lines.ts';
import type { Declarations } from './requirement.ts';
import { readRequirementsFile } from './requirements-file.ts';
import { asRecord, asStrings, collectLines, joinDeclarations, makeFinder, NOTHING, parseOrWarn } from './text.ts';

/** python_packages, python_requirements and the pip lines of `run`; a warning when it is no YAML. */
export function readCog(file: RepoFile, files: ReadonlyMap<string, RepoFile>): Declarations {
  const { value, warnings } = parseOrWarn(file, 'YAML', parseYaml);
  const build = asRecord(asRecord(value)['build']);
  const find = makeFinder(file);
  const list = build['python_requirements'];
  const target = typeof list === 'string' ? files.get(joinPath(folderOf(file.path), list) ?? '') : undefined;
  const commands = (Array.isArray(build['run']) ? build['run'] : []).flatMap((item: unknown) => {
    const command = typeof item === 'string' ? item : asRecord(item)['command'];
    return typeof command === 'string' ? [{ text: command, evidence: find(command.split('\n', 1)[0] ?? '') }] : [];
  });
  const listed = Object.keys(build).length === 0 ? readLoosely(file.text ?? '') : asStrings(build['python_packages']);
  return joinDeclarations([
    { requirements: collectLines(file, listed, 'cog', find), warnings },
    target === undefined ? NOTHING : readRequirementsFile(target, files),
    readInstallTexts(commands, folderOf(file.path), files, 'cog'),
  ]);
}

/** The items below `python_packages:` of a file that is not quite YAML. */
function readLoosely(text: string): string[] {
  const lines = linesOf(text);
  const first = lines.findIndex((line) => /^\s*python_packages:/.test(line)) + 1;
  const last = lines.findIndex((line, index) => index >= first && !/^\s*(-|#|$)/.test(line));
  if (first === 0) return [];
  return lines.slice(first, last < 0 ? lines.length : last).map((line) =>
    cutLine(line)
      .replace(/^\s*-\s*/, '')
      .replaceAll(/["']/g, ''),
  );
}
