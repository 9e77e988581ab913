/** Shell text as words, read the way a shell would split it. Nothing is run or expanded. */

/** The simple commands of a line: `a && b | c` are three. Redirections and comments are left out; `$(…)` becomes `<…>`. */
export function splitCommands(text: string): string[][] {
  return new Splitter(text).split();
}

/** The words of the first command of a line. */
export function splitWords(text: string): string[] {
  return splitCommands(text)[0] ?? [];
}

const HOLE = /<[A-Za-z_][\w ./:'-]{0,80}>/y;
const OPERATOR = /&&|\|\||\|&|;;|[;|&()]/y;
const REDIRECT = /(?:&>>?|[<>]{1,3}&?[\d-]?|>\|)\s*/y;

class Splitter {
  private readonly commands: string[][] = [[]];
  private word: string | null = null;
  private at = 0;
  private dropNext = false;

  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  split(): string[][] {
    while (this.at < this.text.length) if (!this.step(this.text[this.at] ?? '')) break;
    this.endWord();
    return this.commands.filter((words) => words.length > 0);
  }

  /** Reads one piece; false at a comment, where the line is over. */
  private step(letter: string): boolean {
    if (isBlank(letter)) {
      this.endWord();
      this.at += 1;
      return true;
    }
    if (letter === '#' && this.word === null) return false;
    if (letter === "'" || letter === '"') this.readQuoted(letter);
    else if (letter === '\\') {
      if (this.text[this.at + 1] !== '\n') this.add(this.text[this.at + 1] ?? '');
      this.at += 2;
    } else if (letter === '`') this.readBackticks();
    else if ('$<>'.includes(letter) && this.text[this.at + 1] === '(') this.readSubstitution();
    else if ('<>&|;()'.includes(letter)) this.readOperator();
    else {
      this.add(letter);
      this.at += 1;
    }
    return true;
  }

  private add(text: string): void {
    this.word = (this.word ?? '') + text;
  }

  private endWord(): void {
    if (this.word === null) return;
    if (this.dropNext) this.dropNext = false;
    else this.commands.at(-1)?.push(this.word);
    this.word = null;
  }

  private endCommand(): void {
    this.endWord();
    this.dropNext = false;
    if (this.commands.at(-1)?.length !== 0) this.commands.push([]);
  }

  private readQuoted(quote: string): void {
    let end = this.at + 1;
    while (end < this.text.length && this.text[end] !== quote) end += quote === '"' && this.text[end] === '\\' ? 2 : 1;
    // An apostrophe of prose has no partner: it is a letter like any other.
    if (end >= this.text.length) this.add(this.text[this.at++] ?? '');
    else {
      const inner = this.text.slice(this.at + 1, end);
      this.add(quote === '"' ? inner.replaceAll(/\\(["\\$`])/g, '$1') : inner);
      this.at = end + 1;
    }
  }

  private readBackticks(): void {
    const end = this.text.indexOf('`', this.at + 1);
    this.add('<output>');
    this.at = end < 0 ? this.text.length : end + 1;
  }

  private readSubstitution(): void {
    let depth = 0;
    let end = this.at + 1;
    for (; end < this.text.length; end += 1) {
      if (this.text[end] === '(') depth += 1;
      else if (this.text[end] === ')' && --depth === 0) break;
    }
    this.add('<output>');
    this.at = end + 1;
  }

  private readOperator(): void {
    const hole = this.match(HOLE);
    if (hole !== null) return this.add(hole.replaceAll(' ', '_'));
    const next = this.text.slice(this.at, this.at + 2);
    if (next.startsWith('<') || next.startsWith('>') || next === '&>') {
      // The number in front of `2>` belongs to the redirection.
      if (/^\d$/.test(this.word ?? '')) this.word = null;
      this.endWord();
      this.dropNext = !/&[\d-]/.test(this.match(REDIRECT) ?? '');
      return;
    }
    if ((next.startsWith('(') || next.startsWith(')')) && this.word !== null && /[(=]/.test(next.startsWith('(') ? '=' : this.word)) {
      this.add(next[0] ?? '');
      this.at += 1;
      return;
    }
    this.match(OPERATOR);
    this.endCommand();
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at = pattern.lastIndex;
    return found;
  }
}

function isBlank(letter: string): boolean {
  return letter === ' ' || letter === '\t' || letter === '\n' || ((letter < ' ' || letter > '~') && /\s/.test(letter));
}

/** A word as it is typed in a shell. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

const MAX_KNOWN = 5000;
const known = new Map<string, boolean>();

/** True for a word that stands for something only the reader knows. Commands are made of the same few words again and again. */
export function isPlaceholder(word: string): boolean {
  const before = known.get(word);
  if (before !== undefined) return before;
  if (known.size >= MAX_KNOWN) known.clear();
  const answer = judgePlaceholder(word);
  known.set(word, answer);
  return answer;
}

function judgePlaceholder(word: string): boolean {
  const value = /^-{0,2}[\w.-]+=(.+)$/.exec(word)?.[1] ?? word;
  // What hydra fills in itself asks nothing of the reader.
  if (/\$\{(?:now|hydra|oc\.\w{1,20}):/.test(value)) return false;
  // A setting of a nested configuration, whatever its name holds: `DATA.PATH_TO_IMAGES`.
  if (/^[A-Z][A-Z\d_]*(?:\.[A-Z][A-Z\d_]*)+$/.test(word)) return false;
  return (
    /<[^<>]+>|^(?:exp|experiment|model|dataset|data|run|config|env|task|project|algo|algorithm)_?(?:name|id)(?:\.\w+)?$|^conf(?:ig)?[-_]name$|\$\w|\$\{|\{[\w -]*\}|\.\.\.|…|^\/?path\/to|\/path\/|path[_-]to|your[_-]|\/your|^xxx?$|^[a-z]{1,20}(?:_[a-z]{1,20})?_(?:dir|path|folder)$/i.test(
      value,
    ) ||
    /^\[.*[A-Za-z].*\]$/.test(word) ||
    /(^|[/_])(PATH|DIR|FILE|ROOT|FOLDER|NAME|CONFIG|CHECKPOINT|DATASET)([/_]|$)|^[A-Z_]{3,}\.(ya?ml|json|toml|py|txt|csv)$|\/[A-Z]\.(ya?ml|json|toml)$|^(XXX|DATA|CFG|GPUS|IMAGENET|CKPT|GPUS?|GPU_NUM|N|NUM)$/.test(
      value,
    )
  );
}
