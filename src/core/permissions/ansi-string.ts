const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001B',
  E: '\u001B',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
};
const CODE = /([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c([\s\S])/y;

/** The inside of `$'…'` from where it starts; null where bash would read it otherwise or not at all. */
export function readAnsiString(text: string, from: number, to: number): { value: string; end: number } | null {
  let value = '';
  let at = from;
  while (at < to) {
    const letter = text[at]!;
    if (letter === "'") return { value, end: at + 1 };
    if (letter !== '\\') {
      value += letter;
      at += 1;
      continue;
    }
    const simple = SIMPLE[text[at + 1] ?? ''];
    if (simple !== undefined) {
      value += simple;
      at += 2;
      continue;
    }
    CODE.lastIndex = at + 1;
    const match = CODE.exec(text);
    if (match === null) return null;
    const code = match[1] === undefined ? Number.parseInt(match[2] ?? match[3] ?? match[4] ?? '', 16) : Number.parseInt(match[1], 8);
    // NUL ends the text in bash, bytes above 127 join into characters, and \c makes controls: none is worth following.
    if (!(code > 0 && code < 128)) return null;
    value += String.fromCharCode(code);
    at += 1 + match[0].length;
  }
  return null;
}
