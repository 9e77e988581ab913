/**
 * Words without which a pattern cannot match: `foo(bar|baz)\(` needs `foobar(` or `foobaz(`. A text that holds none of them need not be
 * searched. What is not understood only makes the answer less sharp.
 */

/** No list of words grows longer; what would make it longer is left out. */
const MAX_WORDS = 100;
/** Shorter words stand everywhere. */
const SHORTEST = 2;
const ANY_LETTER = /[wWdDsS]/;
const NOT_UNDERSTOOD = /\\[\dkpPuxc]/;
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

interface Part {
  /** How every match of the part begins, one of these; one empty text where nothing is known. */
  readonly starts: readonly string[];
  /** True when nothing follows these in the part. */
  readonly isWhole: boolean;
  /** Words of which every match of the part holds one, if there are any. */
  readonly words: readonly string[] | null;
}

const NOTHING: Part = { starts: [''], isWhole: true, words: null };
const UNKNOWN: Part = { starts: [''], isWhole: false, words: null };

/** The words, of which every match of the pattern holds at least one; null where no such words are known. */
export function listNeededWords({ source, flags }: RegExp): readonly string[] | null {
  if (/[iuv]/.test(flags) || NOT_UNDERSTOOD.test(source)) return null;
  const { words } = new PatternReader(source).readChoice();
  return words !== null && words.every((word) => /^[ -~\n\t]+$/.test(word)) ? words : null;
}

class PatternReader {
  private at = 0;

  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  /** Alternatives up to the end of the pattern or of the group. */
  readChoice(): Part {
    const parts = [this.readSequence()];
    while (this.take('|')) parts.push(this.readSequence());
    const starts = [...new Set(parts.flatMap((part) => part.starts))];
    const words = parts.flatMap((part) => part.words ?? []);
    return {
      ...(starts.length > MAX_WORDS ? UNKNOWN : { starts, isWhole: parts.every((part) => part.isWhole) }),
      words: parts.some((part) => part.words === null) || words.length > MAX_WORDS ? null : words,
    };
  }

  private readSequence(): Part {
    const known: (readonly string[] | null)[] = [];
    let first: readonly string[] | null = null;
    let run: readonly string[] = [''];
    while (this.at < this.source.length && !'|)'.includes(this.source.charAt(this.at))) {
      const part = this.readRepeated();
      known.push(part.words);
      const longer = run.flatMap((start) => part.starts.map((end) => start + end));
      const fits = longer.length <= MAX_WORDS;
      if (fits) run = longer;
      if (fits && part.isWhole) continue;
      // Here something unknown follows: the words so far are complete.
      known.push(run);
      first ??= run;
      run = part.isWhole ? part.starts : [''];
    }
    known.push(run);
    return { starts: first ?? run, isWhole: first === null, words: pickSharpest(known) };
  }

  private readRepeated(): Part {
    const part = this.readPart();
    const [found, least] = /^(?:[*?]|\+|\{(\d+)(?:,\d*)?\})\??/.exec(this.source.slice(this.at, this.at + 20)) ?? [];
    if (found === undefined) return part;
    this.at += found.length;
    const mayMiss = found.startsWith('*') || found.startsWith('?') || least === '0';
    return mayMiss ? UNKNOWN : { ...part, isWhole: false };
  }

  private readPart(): Part {
    const letter = this.source.charAt(this.at);
    this.at += 1;
    if (letter === '(') return this.readGroup();
    if (letter === '[') return this.readClass();
    if (letter === '\\') return this.readEscape();
    if (letter === '^' || letter === '$') return NOTHING;
    return letter === '.' ? UNKNOWN : readWord(letter);
  }

  private readGroup(): Part {
    const kind = /^\?(?:[:=!]|<[=!]|<\w+>)/.exec(this.source.slice(this.at, this.at + 60))?.[0] ?? '';
    this.at += kind.length;
    const inner = this.readChoice();
    this.take(')');
    // What is looked at beside the match is no part of it.
    return /[=!]$/.test(kind) ? NOTHING : inner;
  }

  /** A choice of a few letters; anything else may be any letter. */
  private readClass(): Part {
    const start = this.at;
    while (this.source.charAt(this.at) !== ']') this.at += this.source.charAt(this.at) === '\\' ? 2 : 1;
    const letters = this.source.slice(start, this.at);
    this.at += 1;
    const isPlain = letters.length <= 4 && !/[\\^-]/.test(letters) && letters !== '';
    return isPlain ? { starts: letters.split(''), isWhole: true, words: null } : UNKNOWN;
  }

  private readEscape(): Part {
    const letter = this.source.charAt(this.at);
    this.at += 1;
    if (letter === 'b' || letter === 'B') return NOTHING;
    if (ANY_LETTER.test(letter)) return UNKNOWN;
    return readWord(CONTROLS[letter] ?? letter);
  }

  private take(letter: string): boolean {
    const isNext = this.source.charAt(this.at) === letter;
    if (isNext) this.at += 1;
    return isNext;
  }
}

function readWord(letter: string): Part {
  return { starts: [letter], isWhole: true, words: null };
}

/** Of several lists the one whose shortest word is longest: the rarest, as far as can be told. */
function pickSharpest(lists: readonly (readonly string[] | null)[]): readonly string[] | null {
  let best: readonly string[] | null = null;
  let length = SHORTEST - 1;
  for (const list of lists) {
    const shortest = list === null ? 0 : Math.min(...list.map((word) => word.length));
    if (shortest > length) [best, length] = [list, shortest];
  }
  return best;
}
