/** Turning words into text that a POSIX shell reads back as exactly those words. */
import { ReprobotError } from '../../errors.ts';

const PLAIN_WORD = /^[A-Za-z0-9_./:=,@%+-]+$/;
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** One word for a POSIX shell; refuses NUL, which no argument can carry. */
export function quoteWord(word: string): string {
  refuseNul(word);
  if (PLAIN_WORD.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line that a POSIX shell splits back into exactly these words. */
export function quoteArgv(argv: readonly string[]): string {
  return argv.map((word) => quoteWord(word)).join(' ');
}

/** Shell text for an absolute path, or for one under the account's home when it starts with `~/`. */
export function quotePath(path: string): string {
  if (path === '~') return '"$HOME"';
  if (path.startsWith('~/')) return `"$HOME"/${quoteWord(path.slice(2))}`;
  if (!path.startsWith('/')) {
    throw new ReprobotError({
      code: 'usage.bad-input',
      doing: `using the path ${JSON.stringify(path)}`,
      why: 'paths on a host are absolute or start with ~/',
    });
  }
  return quoteWord(path);
}

/** `export` lines for an environment; names are checked, values quoted. */
export function quoteEnv(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => {
      if (!ENV_NAME.test(name)) {
        throw new ReprobotError({
          code: 'usage.bad-input',
          doing: 'setting the environment of a command',
          why: `${JSON.stringify(name)} is not a name of a variable`,
        });
      }
      return `export ${name}=${quoteWord(value)}\n`;
    })
    .join('');
}

/**
 * One line of plain ASCII that `printf %b` turns back into `text`. No byte of it means anything to a shell, a terminal or a locale,
 * so it survives `read -r` whatever the text holds.
 */
export function encodeForPrintf(text: string): string {
  let line = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x5c;
    line += isPlain ? String.fromCharCode(byte) : `\\0${byte.toString(8).padStart(3, '0')}`;
  }
  return line;
}

function refuseNul(word: string): void {
  if (!word.includes('\0')) return;
  throw new ReprobotError({
    code: 'usage.bad-input',
    doing: 'quoting a word for a command',
    why: 'it holds a NUL byte, which no argument can carry',
  });
}
