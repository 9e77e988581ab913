/** Text from outside as it may stand in REPO_MAP.md: in a table, as prose, in a block of code, in a picture. */
import type { Evidence } from '../schema.ts';

/** Inside a table's code span: no line breaks, no pipes, no backticks. */
export function cell(text: string, limit = 400): string {
  return cut(text.slice(0, limit * 2).replaceAll(/\s+/g, ' '), limit)
    .replaceAll('|', '\\|')
    .replaceAll('`', "'");
}

/** As prose: nothing in it may become markup. */
export function escape(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[<>]/g, '')
    .replaceAll(/([\\`*_[\]#|!])/g, '\\$1');
}

/** A block of code whose fence is longer than every row of backticks inside. */
export function codeBlock(language: string, lines: readonly string[]): string {
  const body = lines.map((line) => line.replaceAll(/[\r\n\u2028\u2029]+/g, ' '));
  const longest = Math.max(0, ...body.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [`${fence}${language}`, ...body, fence].join('\n');
}

/** A label of a mermaid picture, in its quotes; every character with a meaning there is written as its entity. */
export function pictureLabel(lines: readonly string[]): string {
  const clean = lines.map((line) =>
    cut(line.replaceAll(/\s+/g, ' ').trim(), 60).replaceAll(
      /[^\p{L}\p{N} .,:/_+=()…-]/gu,
      (mark) => `#${String(mark.codePointAt(0) ?? 63)};`,
    ),
  );
  return `"${clean.join('<br/>')}"`;
}

/** `file:line` as a code span. */
export function showPlace(evidence: Evidence | undefined): string {
  return evidence === undefined ? '' : `\`${cell(evidence.file)}:${String(evidence.line)}\``;
}

/** The place and what stands there. */
export function quoteEvidence(evidence: Evidence): string {
  const text = cell(evidence.text, 100).trim();
  return text === '' || text === evidence.file ? showPlace(evidence) : `${showPlace(evidence)} \`${text}\``;
}

/** `1 file`, `2 files`. */
export function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** Bytes as a person says them. */
export function showSize(bytes: number): string {
  if (bytes < 1000) return `${String(bytes)} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(0)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A table; nothing without rows. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = `|${'---|'.repeat(heads.length)}`;
  return [`| ${heads.join(' | ')} |`, rule, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}

function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
