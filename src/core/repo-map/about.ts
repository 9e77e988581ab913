/** The words of a repository: what it is about, and its licence. */
import { nameOf, type RepoFile } from './input.ts';

const TWO_CLAUSES = 'BSD-2-Clause';
const REDISTRIBUTION = /Redistribution and use in source and binary forms/i;
const LICENSES: readonly (readonly [string, RegExp])[] = [
  ['Apache-2.0', /Apache License[\s\S]{0,80}Version 2/i],
  ['AGPL-3.0', /GNU AFFERO GENERAL PUBLIC LICENSE/i],
  ['LGPL', /GNU LESSER GENERAL PUBLIC LICENSE/i],
  ['GPL-3.0', /GNU GENERAL PUBLIC LICENSE[\s\S]{0,60}Version 3/i],
  ['GPL-2.0', /GNU GENERAL PUBLIC LICENSE[\s\S]{0,60}Version 2/i],
  ['MPL-2.0', /Mozilla Public License/i],
  ['CC-BY-NC-4.0', /Attribution-NonCommercial/i],
  ['CC-BY-4.0', /Creative Commons Attribution/i],
  [TWO_CLAUSES, REDISTRIBUTION],
  ['MIT', /MIT License|Permission is hereby granted, free of charge/i],
  ['Unlicense', /This is free and unencumbered software/i],
];

/** First real sentence block of the nearest README, at most 400 characters; empty when there is none. */
export function readAbout(files: readonly RepoFile[], subfolder: string): string {
  const readme = findReadme(files, subfolder);
  if (readme?.text === null || readme === undefined) return '';
  const blocks = splitBlocks(dropAsides(readme.text));
  const usable = blocks
    .map((block) => ({ block, text: plainText(block) }))
    .filter(({ block, text }) => text.length > 30 && !isRowOfLinks(block, text) && !/^[=\-#*\s|]+$/.test(text));
  const at = usable.findIndex(({ block, text }) => !isRowOfNames(text) && !isNotice(block, text));
  const title = plainTitle(readme.text);
  const first = usable[Math.max(0, at)]?.text ?? '';
  // Where nothing but lists follows, the title says more.
  if (/^[-*]\s/.test(first) && title.length > 30) return shorten(title);
  const next = usable[at + 1]?.text;
  // What ends in a colon says the thing itself below.
  return shorten(at >= 0 && first.endsWith(':') && next !== undefined ? `${first} ${next.replace(/^>\s?/, '')}` : first);
}

function plainTitle(text: string): string {
  return plainText((/^#\s+(\S.{0,300})$/m.exec(text.slice(0, 20_000))?.[1] ?? '').replaceAll('#', ' '));
}

/** Names of people between commas. */
function isRowOfNames(text: string): boolean {
  const names = text
    .replaceAll(/&[a-z]{2,8};/gi, ',')
    .replaceAll(/\([^)]{0,200}\)|[*†‡§\\\d^_]/g, ' ')
    .split(/,|;|\||·|&|\band\b/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  // Places of work are names as well, with the number of their footnote before them.
  const words = names.join(' ').split(/\s+/);
  const isCapital = words.every((word) => /^\p{Lu}|^(of|for|the|at|in|de)$/u.test(word));
  if (text.length < 200 && isCapital && /^\d|[*†‡]/.test(text)) return true;
  return (
    text.length < 400 &&
    names.length > 1 &&
    names.every((name) => /^\p{Lu}[\p{L}.'’-]*(\s+[\p{L}.'’-]+){0,3}$/u.test(name) && !/[a-z]{3}\.$/.test(name))
  );
}

/** News, states of the project, and one paragraph in italics: they speak of the page, not of the work. */
function isNotice(block: string, text: string): boolean {
  const isItalic = /^(\*(?!\*)[^*]+\*|_[^_]+_)$/.test(block.trim());
  return (
    isItalic ||
    /^install (it )?(with|via|using|from)\b/i.test(text) ||
    /^\W{0,3}we (have |just )?(updated?|upload(ed)?|released?|add(ed)?|correct(ed)?|fix(ed)?)\b/i.test(text) ||
    /^[-*\s[(]{0,4}\d{4}[./-]\d{1,2}\b/.test(text) ||
    /^\W{0,4}(status|note|notice|news|updates?|announcements?|warning|important|disclaimer|deprecated)\b.{0,30}?[:!]/i.test(text)
  );
}

/** True for what stands below a title on many pages: links to the paper, the page, the data, with strokes between them. */
function isRowOfLinks(block: string, text: string): boolean {
  if (text.length < 200 && text.split(/\s\|\s/).length > 2) return true;
  const rest = plainText(block.replaceAll(/\[{1,2}[^\]]{0,500}\]{1,2}\([^)]{0,1000}\)/g, ''));
  return rest.replaceAll(/[|·•,\s]/g, '').length < 12;
}

/** Without code blocks and comments that are closed. */
function dropAsides(text: string): string {
  const parts: string[] = [];
  let from = 0;
  let open = true;
  for (const match of text.matchAll(/```|<!--/g)) {
    if (match.index < from || (!open && match[0] === '<!--')) continue;
    const close = match[0] === '<!--' ? '-->' : match[0];
    const end = text.indexOf(close, match.index + match[0].length);
    if (end < 0) {
      if (match[0] !== '<!--') continue;
      open = false;
      continue;
    }
    parts.push(text.slice(from, match.index));
    from = end + close.length;
  }
  return parts.join('') + text.slice(from);
}

/** The paragraphs: what stands between empty lines. */
function splitBlocks(text: string): string[] {
  const blocks: string[] = [];
  let block: string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() !== '') block.push(line);
    else if (block.length > 0) blocks.push(block.splice(0).join('\n'));
  }
  return [...blocks, block.join('\n')];
}

function shorten(text: string): string {
  if (text.length <= 300) return text;
  const sentence = text.slice(0, 300).lastIndexOf('. ');
  return sentence > 80 ? text.slice(0, sentence + 1) : `${text.slice(0, Math.max(text.lastIndexOf(' ', 290), 200))} …`;
}

function plainText(block: string): string {
  return block
    .split('\n')
    .filter((line) => !/^\s*(#|!\[|\[!\[|\||=+\s*$|-{3,}|\.\. |\[[^\]]{1,80}\]:)/.test(line))
    .join(' ')
    .replaceAll(/!\[[^\]]{0,500}\]\([^)]{0,1000}\)|<[^>]{0,1000}>/g, '')
    .replaceAll(/\[([^\]]{0,500})\]\([^)]{0,1000}\)/g, '$1')
    .replaceAll(/\*\*|__(?=\S)|(?<=\S)__|`/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The README nearest to the map's folder. */
function findReadme(files: readonly RepoFile[], subfolder: string): RepoFile | undefined {
  const inFolder = (folder: string) =>
    files.find(
      (file) =>
        file.path.toLowerCase().startsWith(folder === '' ? 'readme' : `${folder.toLowerCase()}/readme`) &&
        /^readme/i.test(nameOf(file.path)),
    );
  return inFolder(subfolder) ?? inFolder('');
}

/** SPDX-like id of the licence file, its first line when the text is not known, else what a README or manifest says; null without any. */
export function readLicense(files: readonly RepoFile[]): string | null {
  const file = files.find((item) => /^(licen[cs]e|copying)[^/]*$/i.test(item.path));
  if (file?.text === null || file === undefined) return readStatedLicense(files);
  const { text } = file;
  const known = LICENSES.find(([, pattern]) => pattern.test(text))?.[0];
  // The third clause is looked for on its own: one pattern for both would go over the text once for every repetition of the first.
  if (known === TWO_CLAUSES && /Neither the name/i.test(text.slice(text.search(REDISTRIBUTION)))) return 'BSD-3-Clause';
  const lines = text.split('\n').map((line) => line.trim());
  const worded = lines.filter((line) => /[A-Za-z]{3}/.test(line));
  const own = worded.find((line) => !/^(copyright|\(c\)|©|all rights reserved)/i.test(line)) ?? worded[0] ?? '';
  return known ?? own.slice(0, 80);
}

const STATED =
  /\blicen[sc]ed? under (?:the )?(?:terms of (?:the )?)?\[?(MIT|BSD|Apache|GPL|AGPL|LGPL|MPL|CC[ -]BY)([\w .-]{0,20})|^[ \t]*license[ \t]*=[ \t]*(?:\{\s*text\s*=\s*)?["'](MIT|BSD|Apache|GPL|AGPL|LGPL|MPL|CC[ -]BY)([\w .-]{0,20})/im;

function readStatedLicense(files: readonly RepoFile[]): string | null {
  for (const file of files) {
    if (file.text === null || !/^(readme[^/]*|setup\.(py|cfg)|pyproject\.toml)$/i.test(file.path)) continue;
    const stated = STATED.exec(file.text);
    if (stated !== null)
      return `${stated[1] ?? stated[3] ?? ''}${stated[2] ?? stated[4] ?? ''}`.replace(/\s+(licen[sc]e|and\b).*$/i, '').trim();
  }
  return null;
}
