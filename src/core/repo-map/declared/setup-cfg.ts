/** The ini files of Python projects: setup.cfg and tox.ini. */
import { linesOf, MAX_LINE, type RepoFile } from '../input.ts';
import type { Requirement } from './requirement.ts';
import { requireAt } from './text.ts';

interface IniValue {
  readonly section: string;
  readonly key: string;
  /** The value's lines, each with its 1-based number. */
  readonly lines: readonly { readonly text: string; readonly line: number }[];
}

/** install_requires, extras and the older keys of a setup.cfg. */
export function readSetupCfg(file: RepoFile): Requirement[] {
  return readIni(file).flatMap((value) => {
    const group = groupOf(value);
    if (group === null) return [];
    return value.lines.flatMap(({ text, line }) =>
      text
        .split(/;(?!\s*\(?(?:python_|sys_|platform_|os_name|extra\b|implementation))/)
        .flatMap((part) => requireAt(file, line, part, group)),
    );
  });
}

/** `deps` of a tox.ini: what the tests want. */
export function readToxIni(file: RepoFile): Requirement[] {
  return readIni(file)
    .filter((value) => value.key === 'deps' && value.section.startsWith('testenv'))
    .flatMap((value) =>
      value.lines
        .flatMap(({ text, line }) => requireAt(file, line, text.replace(/^[\w{}!,-]{1,60}:\s/, ''), 'tox'))
        .filter((item) => item.name !== ''),
    );
}

function groupOf({ section, key }: IniValue): string | null {
  if (section === 'options.extras_require') return key;
  if (section !== 'options' && section !== 'metadata') return null;
  if (/^(install[-_]requires|requires[-_]dist)$/.test(key)) return '';
  return /^tests?[-_]require$/.test(key) ? 'test' : null;
}

function readIni(file: RepoFile): IniValue[] {
  const found: IniValue[] = [];
  let section = '';
  let open: { text: string; line: number }[] | null = null;
  for (const [index, raw] of linesOf(file.text ?? '').entries()) {
    if (raw.length > MAX_LINE) continue;
    const text = raw.trimEnd();
    if (/^\s*[#;]/.test(text) || text === '') continue;
    const header = /^\[([^\]]{1,200})\]/.exec(text);
    const pair = /^([A-Za-z][\w .-]{0,99}?)\s{0,20}[=:](.*)$/.exec(text);
    if (header !== null) {
      section = (header[1] ?? '').trim();
      open = null;
    } else if (/^[ \t]/.test(text)) open?.push({ text: text.trim(), line: index + 1 });
    else if (pair !== null) {
      open = [{ text: (pair[2] ?? '').trim(), line: index + 1 }];
      found.push({ section, key: (pair[1] ?? '').trim(), lines: open });
    } else open = null;
  }
  return found;
}
