/** Addresses of data and weights that the source itself writes down: in constants, in tables of models, behind a common beginning. */
import { citeLine, cutLine, linesOf } from '../input.ts';
import { keepPerSource } from '../per-source.ts';
import type { Asset } from '../schema.ts';
import { isDownload, kindOf } from './asset-lines.ts';

const MAX_PER_FILE = 20;
const WRITTEN = /["'](https?:\/\/[^"'\s{}<>\\]{8,300})["']/g;
/** `ROOT = "https://…/"`, and what is added to it. */
const BEGINNING = /^\s{0,8}([A-Za-z_]\w{0,60})\s{0,4}=\s{0,4}["'](https?:\/\/[^"'\s{}<>\\]{8,300})["']/;
const ADDED = /\b([A-Za-z_]\w{0,60})\s{0,4}\+\s{0,4}["']([\w./%-]{2,200})["']|[fF]["']\{([A-Za-z_]\w{0,60})\}([\w./%-]{2,200})["']/g;

/** The addresses of one file, each once. */
export const readWrittenUrls = keepPerSource((source): readonly Asset[] => {
  if (!/https?:\/\//.test(source.text)) return [];
  const found = new Map<string, number>();
  const beginnings = new Map<string, string>();
  for (const [index, whole] of linesOf(source.text).entries()) {
    const line = cutLine(whole);
    if (!/["']/.test(line) || /^\s*#/.test(line)) continue;
    const beginning = BEGINNING.exec(line);
    if (beginning !== null) beginnings.set(beginning[1] ?? '', beginning[2] ?? '');
    const joined = Array.from(
      line.matchAll(ADDED),
      (match) => (beginnings.get(match[1] ?? match[3] ?? '') ?? '') + (match[2] ?? match[4] ?? ''),
    );
    for (const url of [...Array.from(line.matchAll(WRITTEN), (match) => match[1] ?? ''), ...joined])
      if (found.size < MAX_PER_FILE && url.startsWith('http') && !url.endsWith('/') && !found.has(url) && isDownload(url))
        found.set(url, index + 1);
  }
  return [...found].map(([url, line]) => ({
    kind: kindOf(url),
    reference: url,
    source: 'url',
    expectedAt: null,
    present: false,
    evidence: [source.notebook === null ? citeLine(source.file.path, source.text, line) : { file: source.file.path, line: 1, text: url }],
  }));
});
