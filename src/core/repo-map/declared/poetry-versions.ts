/** Versions as poetry, pipenv and pdm write them, in the words of PEP 440. */

/** Caret and tilde of poetry as ranges; `*` is no limit, a bare version is exact. */
export function fromPoetry(version: string): string {
  const text = version.trim();
  if (text === '' || text === '*' || text.includes('||')) return '';
  if (text.includes(','))
    return text
      .split(',')
      .map(fromPoetry)
      .filter((part) => part !== '')
      .join(',');
  const match = /^([\^~])\s{0,5}(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?/.exec(text);
  if (match === null) return /^\d/.test(text) ? `==${text}` : text.replaceAll(' ', '');
  const [, mark, major = '0', minor, patch] = match;
  const low = text.slice(1).trim();
  if (mark === '~') return minor === undefined ? `>=${low},<${next(major)}` : `>=${low},<${major}.${next(minor)}`;
  if (major !== '0' || minor === undefined) return `>=${low},<${next(major)}`;
  if (minor !== '0' || patch === undefined) return `>=${low},<0.${next(minor)}`;
  return `>=${low},<0.0.${next(patch)}`;
}

function next(part: string): string {
  return String(Number(part) + 1);
}
