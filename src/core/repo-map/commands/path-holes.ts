/** Paths that leave a part open, and the files that they can mean. Pure. */
const HOLE = /<[^<>]*>|\$?\{[^{}]*\}|\[[^[\]]*\]|\$\w+|(?<=\/)[A-Z](?=\.\w+$)/;
const MAX_HOLES = 3;

export interface PathHoles {
  /** Fits a path with something in the place of each hole, a slash excepted; of `[a,b]` one of the two. */
  readonly pattern: RegExp;
  /** What stands before the first hole, and what behind the last. */
  readonly before: string;
  readonly after: string;
  readonly count: number;
  /** True where the text says itself what may stand there. */
  readonly isList: boolean;
}

/** Reads `configs/<name>.yaml`, `run_{task}.py`, `scripts/[a,b].sh`; null where nothing is left open, or too much. */
export function readHoles(path: string): PathHoles | null {
  const parts = path.split(HOLE);
  if (parts.length < 2 || parts.length > MAX_HOLES + 1 || path.length > 200) return null;
  const lists = [...path.matchAll(new RegExp(HOLE, 'g'))].map(([hole]) => (/^[[{<].*,/.test(hole) ? hole.slice(1, -1).split(',') : null));
  const filled = lists.map((list) => (list === null ? '[^/]{1,80}' : `(?:${list.map((item) => quote(item.trim())).join('|')})`));
  const pattern = parts.map((part, at) => quote(part) + (filled[at] ?? '')).join('');
  return {
    pattern: new RegExp(`^${pattern}$`),
    before: parts[0] ?? '',
    after: parts.at(-1) ?? '',
    count: lists.length,
    isList: lists.every((list) => list !== null),
  };
}

function quote(text: string): string {
  return text.replaceAll(/[^\w/-]/g, '\\$&');
}
