const LIMIT = 24;

/** Answers of a computation that may go several ways; every way is tried, up to a limit. */
export class Choices {
  private readonly path: { index: number; count: number }[];
  private at = 0;
  private readonly named = new Map<string, number>();

  constructor(path: { index: number; count: number }[] = []) {
    this.path = path;
  }

  /** One of `count` ways; the same name always goes the same way. */
  pick(name: string, count: number): number {
    const before = this.named.get(name);
    if (before !== undefined && before < count) return before;
    if (count < 2) return 0;
    this.path[this.at] ??= { index: 0, count };
    const index = this.path[this.at]!.index;
    this.at += 1;
    this.named.set(name, index);
    return index;
  }

  /** The path to what has not been tried yet; null when all has. */
  next(): { index: number; count: number }[] | null {
    const path = this.path.slice(0, this.at).map((step) => ({ ...step }));
    while (path.length > 0) {
      const last = path.at(-1)!;
      last.index += 1;
      if (last.index < last.count) return path;
      path.pop();
    }
    return null;
  }
}

/** Tries every way; false where there are too many, and then not all were tried. */
export function tryAll(work: (choices: Choices) => void): boolean {
  let path: { index: number; count: number }[] | null = [];
  for (let tries = 0; tries < LIMIT; tries += 1) {
    const choices: Choices = new Choices(path);
    work(choices);
    path = choices.next();
    if (path === null) return true;
  }
  return false;
}
