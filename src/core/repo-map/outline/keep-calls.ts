/** Cuts a Python file down to a few of its calls or statements, so that only they have to be parsed. */
import { CodeScanner, NotPlain } from './code-scanner.ts';

/** The rest of a callee and the bracket behind it. */
const CALLEE = /\w{0,100}(?:[ \t]{0,9}\.[ \t]{0,9}\w{1,100}){0,20}[ \t]{0,9}(?=([(\\\n])?)/y;
const NAME_BEFORE = /[\w.]$/;
const COMPUTED = /[)\]}"']$/;
/** What makes a name with brackets something else than a call. */
const DECLARES = /(?:\b(?:def|class)[ \t]+|@[ \t]*)$/;
const FORMATTED = /[fFtT][rR]?$|[rR][fFtT]$/;
const LOOK_BACK = 300;

/**
 * The text without anything but the calls at the given places, each of which lies within the name that is called; every call stays on its
 * line. Owners that are computed become `_()`. Null where the characters alone do not tell.
 */
export function keepCalls(text: string, places: readonly number[]): string | null {
  try {
    return new CallKeeper(text).keep(places);
  } catch (error) {
    if (error instanceof NotPlain) return null;
    throw error;
  }
}

/** The statements that begin at the given places, one a line, at their lines. Null where the characters alone do not tell. */
export function keepStatements(text: string, starts: readonly number[]): string | null {
  const scanner = new CodeScanner(text);
  let kept = '';
  let line = 1;
  try {
    for (const start of starts) {
      const at = scanner.lineAt(start);
      scanner.at = start;
      scanner.skipStatement(false);
      kept += `${separate(kept, line, at)}${text.slice(start, scanner.statementEnd)}`;
      line = scanner.lineAt(scanner.statementEnd);
    }
  } catch (error) {
    if (error instanceof NotPlain) return null;
    throw error;
  }
  return kept;
}

class CallKeeper {
  private readonly text: string;
  private readonly scanner: CodeScanner;
  private kept = '';
  /** End of the call that was kept last. */
  private end = 0;
  private line = 1;

  constructor(text: string) {
    this.text = text;
    this.scanner = new CodeScanner(text);
  }

  keep(places: readonly number[]): string {
    const asides = new CodeScanner(this.text);
    let aside = asides.nextAside();
    for (const place of places) {
      if (place < this.end) continue;
      while (aside !== null && asides.at <= place) aside = asides.nextAside();
      if (aside === null || aside > place) this.keepCall(place);
      else this.keepFormatted(aside, asides.at);
    }
    return this.kept;
  }

  /** Of a formatted string only the parser reads the holes. */
  private keepFormatted(start: number, end: number): void {
    const prefix = FORMATTED.exec(this.text.slice(Math.max(0, start - 2), start))?.[0];
    if (prefix !== undefined) this.add(start - prefix.length, end, '');
  }

  private keepCall(place: number): void {
    const { text, scanner } = this;
    CALLEE.lastIndex = place;
    const behind = CALLEE.exec(text)?.[1];
    if (behind === undefined) return;
    if (behind !== '(') throw new NotPlain();
    scanner.at = CALLEE.lastIndex;
    let start = place;
    while (start > this.end && NAME_BEFORE.test(text.charAt(start - 1))) {
      start -= 1;
      if (place - start > LOOK_BACK) throw new NotPlain();
    }
    const before = text.slice(Math.max(0, start - LOOK_BACK), start);
    if (DECLARES.test(before)) return;
    if (text.charAt(start) === '.' && !COMPUTED.test(before)) throw new NotPlain();
    scanner.skipBrackets();
    this.add(start, scanner.at, text.charAt(start) === '.' ? '_()' : '');
  }

  private add(start: number, end: number, owner: string): void {
    const line = this.scanner.lineAt(start);
    this.kept += `${separate(this.kept, this.line, line)}${owner}${this.text.slice(start, end)}`;
    this.line = this.scanner.lineAt(end);
    this.end = end;
  }
}

/** What stands between two pieces, of which the first ends on the line `from` and the next begins on the line `to`. */
function separate(kept: string, from: number, to: number): string {
  return kept !== '' && from === to ? '; ' : '\n'.repeat(to - from);
}
