import { mapRepository } from '../../src/core/repo-map/map.ts';
import { createPythonParser } from '../../src/python/parser.ts';
import { loadRepository } from '../../src/repo-files/load.ts';

/** How much of a repository a map gives to the parser: how many of its Python files as a whole, and how many pieces of others. */
export async function countParsed(folder: string): Promise<{ python: number; bytes: number; whole: number; parts: number }> {
  const { files, warnings } = loadRepository(folder);
  const parse = await createPythonParser();
  const texts = new Set(files.flatMap((file) => (file.path.endsWith('.py') && file.text !== null ? [file.text] : [])));
  const whole = new Set<string>();
  let parts = 0;
  const count = (text: string) => {
    if (texts.has(text)) whole.add(text);
    else parts += 1;
    return parse(text);
  };
  const map = mapRepository({ name: 'counted', commit: null, committedAt: null, subfolder: '', files, warnings, parse: count });
  return { python: map.files.python, bytes: map.files.bytes, whole: whole.size, parts };
}
