const MAX_LEVELS = 50;
const QUOTED = String.raw`"(?:[^"\\]|\\["\\/nrt])*"|'[^']*'`;
const WORD = String.raw`(?:[\w./]|[+-](?=[\w.]))[\w./+-]*|${QUOTED}`;
const LIST = String.raw`\[(?: *(?:${WORD})(?: *, *(?:${WORD}))*)? *\]`;
/** Within a line a sign means something only beside a space. */
const PLAIN = String.raw`(?:[\w./$~(+]|[-?](?=[\w.?]))(?:[^\s:#]|:(?=\S)|(?<=\S)#| +(?=[^\s#]))*`;
const VALUE = `(?:${QUOTED}|${LIST}|${PLAIN})`;
const BEHIND = String.raw`(?: +#.*| *)$`;
const KEY = String.raw`(?:[\w./][\w ./@+-]{0,100}|${QUOTED})`;
const PAIR = new RegExp(String.raw`^( *)(- )?${KEY}:(?: +(${VALUE}))?${BEHIND}`);
const ITEM = new RegExp(String.raw`^( *)- ${VALUE}${BEHIND}`);
const NOTHING = /^ *(?:#.*)?$/;

interface Level {
  readonly indent: number;
  readonly isList: boolean;
}

/**
 * True for YAML that is surely well-formed, which is most of what people write as settings: keys, lists, and values of one line. Of any
 * other text only the parser can tell, which takes thirty times as long.
 */
export function isPlainYaml(text: string): boolean {
  if (/[^\n -~\u00a1-\ufefe\uff00-\ufffd]/.test(text)) return false;
  const levels: Level[] = [];
  /** Indentation of a key that waits for its value. */
  let waiting: number | null = null;
  for (const line of text.split('\n')) {
    if (NOTHING.test(line) || (line === '---' && levels.length === 0)) continue;
    const pair = PAIR.exec(line);
    const found = pair ?? ITEM.exec(line);
    if (found === null) return false;
    const indent = found[1]?.length ?? 0;
    const isList = pair === null || pair[2] !== undefined;
    if (!enterLevel(levels, { indent, isList }, waiting) || levels.length > MAX_LEVELS) return false;
    const own = pair === null ? null : pair[2] === undefined ? indent : indent + 2;
    if (own !== null && isList) levels.push({ indent: own, isList: false });
    waiting = pair?.[3] === undefined ? own : null;
  }
  return true;
}

/** Leaves what is over and opens what a waiting key allows; false where the line has no place. */
function enterLevel(levels: Level[], { indent, isList }: Level, waiting: number | null): boolean {
  const opens = levels.length === 0 ? indent === 0 : waiting !== null && (indent > waiting || (isList && indent === waiting));
  if (opens) {
    levels.push({ indent, isList });
    return true;
  }
  const isOver = (level: Level | undefined) =>
    level !== undefined && (level.indent > indent || (level.indent === indent && level.isList && !isList));
  while (isOver(levels.at(-1))) levels.pop();
  const last = levels.at(-1);
  return last?.indent === indent && last.isList === isList;
}
