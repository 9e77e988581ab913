import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LabelledRow } from './score.ts';

/** Our own short logs, written from what is known of the programs and before the classes were asked about them. */
export const CORPUS = fileURLToPath(new URL('../failures/corpus/', import.meta.url));

/**
 * Reads a corpus file. `=== [other,answers] state=S is=CATEGORY` opens a row (the category is else the file's name); a line after
 * `>> ` is the evidence and one after `+> ` proves it as well; a lone `␍` stands for a carriage return. A row of one line proves itself.
 */
export function parseCorpus(name: string, text: string): LabelledRow[] {
  return text
    .split(/^===(?= |$)/m)
    .slice(1)
    .map((block, index) => {
      const [head = '', ...body] = block.replace(/\n$/, '').split('\n');
      const lines = body.map((line) => line.replaceAll('␍', '\r'));
      const plain = lines.map((line) => line.replace(/^(?:>>|\+>) /, ''));
      const marked = lines.findIndex((line) => line.startsWith('>> '));
      const only = plain.length === 1 ? plain[0] : null;
      return {
        id: `${name}-${index + 1}`,
        category: /\bis=(\w+)/.exec(head)?.[1] ?? name,
        also: /\[([\w,]+)\]/.exec(head)?.[1]?.split(',') ?? [],
        evidence: plain[marked] ?? only ?? null,
        evidence_also: plain.filter((_, at) => lines[at]?.startsWith('+> ') === true),
        scheduler_state: /\bstate=(.+)$/.exec(head.replace(/ is=\w+/, ''))?.[1] ?? null,
        context: null,
        text: plain.join('\n'),
      };
    });
}

/** Every row of every corpus file. */
export async function readCorpus(folder: string): Promise<LabelledRow[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.txt')).sort();
  const rows = await Promise.all(
    files.map(async (file) => parseCorpus(basename(file, '.txt'), await readFile(join(folder, file), 'utf8'))),
  );
  return rows.flat();
}
