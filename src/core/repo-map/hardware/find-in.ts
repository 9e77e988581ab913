/** The first place that speaks of something, in the imports of sources or the lines of texts. */
import { citeLine, cutLine, linesOf, type RepoFile } from '../input.ts';
import type { Evidence } from '../schema.ts';
import { cite, type Source } from '../sources.ts';

/** The first import of a module by a source. */
export function findImport(sources: readonly Source[], pattern: RegExp): Evidence | undefined {
  for (const source of sources) {
    const found = source.module.imports.find((item) => item.level === 0 && pattern.test(item.module));
    if (found !== undefined) return cite(source, found.line);
  }
  return undefined;
}

/** The first line of a file that matches. */
export function findInTexts(files: readonly RepoFile[], pattern: RegExp): Evidence | undefined {
  for (const file of files) {
    if (file.text === null) continue;
    for (const [index, line] of linesOf(file.text).entries()) {
      if (pattern.test(cutLine(line))) return citeLine(file.path, file.text, index + 1);
    }
  }
  return undefined;
}
