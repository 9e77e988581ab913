/**
 * What one pass over the characters of a Python file tells: imports, definitions, where it starts. It agrees with the parser on what it
 * answers, and gives no answer (null) where it meets something that it cannot be sure of; then the parser must be asked.
 */
import type { PyClass, PyDefinition, PyImport } from '../python.ts';
import { CodeScanner, NotPlain } from './code-scanner.ts';

export interface Outline {
  readonly imports: readonly PyImport[];
  readonly classes: readonly PyClass[];
  readonly definitions: readonly PyDefinition[];
  readonly mainLine: number | null;
  readonly python2Line: number | null;
  /** As in a module; null when only the calls themselves can tell. */
  readonly worksAtTop: boolean | null;
  /** As in a module. */
  readonly boundAtTop: ReadonlyMap<string, readonly number[]>;
  /** Functions and classes with the places between which their code stands, in the order of their beginnings; null when not known. */
  readonly named: readonly NamedScope[] | null;
}

export interface NamedScope {
  readonly name: string;
  readonly isClass: boolean;
  readonly from: number;
  /** Where the first code behind it begins. */
  to: number;
}

interface Scope {
  readonly indent: number;
  readonly inFunction: boolean;
  readonly inClass: string | null;
  readonly guarded: boolean;
  /** True for `if` and `try`, whose further clauses belong to them. */
  readonly hasClauses: boolean;
  /** The function or class whose code this is. */
  readonly named: NamedScope | null;
}

const TOP: Scope = { indent: -1, inFunction: false, inClass: null, guarded: false, hasClauses: false, named: null };
/** Fewer calls than these, with none of a telling name, make no program. */
const FEW_CALLS = 3;
const MAIN_GUARD = /__name__\s*==\s*['"]__main__['"]|['"]__main__['"]\s*==\s*__name__/;
const CLAUSES = new Set(['elif', 'else', 'except', 'finally']);
const HEADERS = new Set([...CLAUSES, 'if', 'try', 'for', 'while', 'with']);
const NAME = String.raw`[^\W\d][\w]*`;
const DOTTED = String.raw`${NAME}(?:\s*\.\s*${NAME})*`;
const IMPORTED = new RegExp(String.raw`^\s*(${DOTTED})(?:\s+as\s+${NAME})?\s*$`);
const FROM = new RegExp(String.raw`^([\s.]*)(${DOTTED})?\s*(?<![\w])import(?!\w)([^]*)$`);
/** Subscripts are cut off, since nothing is looked up by them. */
const BOUND = /(?<![\w.])[^\W\d][\w.]*(?=\s*(?:=(?!=)|:))/g;
const DECORATOR = new RegExp(String.raw`@[ \t]*(${NAME}(?:\.${NAME})*)[ \t]*`, 'y');
const DEFINITION = new RegExp(String.raw`(?:async[ \t]+)?(?:def|class)[ \t]+(${NAME})[ \t]*`, 'y');

/** Reads a file's outline; null where only the parser can tell. */
export function readOutline(text: string): Outline | null {
  try {
    return new OutlineReader(text).read();
  } catch (error) {
    if (error instanceof NotPlain) return null;
    throw error;
  }
}

class OutlineReader {
  private readonly scanner: CodeScanner;
  private readonly imports: PyImport[] = [];
  private readonly classes: PyClass[] = [];
  private readonly definitions: PyDefinition[] = [];
  private readonly named: NamedScope[] = [];
  private readonly bound = new Map<string, number[]>();
  private mainLine: number | null = null;
  private loops = false;
  private scopes: Scope[] = [TOP];
  private decorators: string[] = [];

  private readonly text: string;
  /** True when the file may look whether it was started. */
  private readonly mayStart: boolean;

  constructor(text: string) {
    this.text = text;
    this.mayStart = text.includes('__main__');
    this.scanner = new CodeScanner(text);
  }

  read(): Outline {
    const { scanner } = this;
    for (let indent = scanner.nextLine(); indent !== null; indent = scanner.nextLine()) this.readLine(indent);
    const works = this.loops || scanner.calls >= FEW_CALLS || scanner.hasTellingCall;
    const { imports, classes, definitions, named, mainLine } = this;
    const worksAtTop = works ? true : scanner.isUnsure ? null : false;
    return { imports, classes, definitions, mainLine, python2Line: null, worksAtTop, boundAtTop: this.bound, named };
  }

  private get scope(): Scope {
    return this.scopes.at(-1) ?? TOP;
  }

  /** One logical line, which may hold several statements. */
  private readLine(indent: number): void {
    const word = this.scanner.peekWord();
    while (this.scope.indent > indent) this.leave();
    while (this.scope.indent === indent && !(this.scope.hasClauses && CLAUSES.has(word))) this.leave();
    let next: string = word;
    while (this.readStatement(next, indent)) {
      if (this.scanner.atLineEnd()) return;
      next = this.scanner.peekWord();
    }
  }

  private leave(): void {
    const left = this.scopes.pop();
    if (left !== undefined && left.named !== null) left.named.to = this.scanner.at;
  }

  /** True when another statement may follow on the same line. */
  private readStatement(word: string, indent: number): boolean {
    const { scanner } = this;
    if (word === 'import' || word === 'from') return this.readImport(word);
    if (word === 'print' || word === 'exec') scanner.refuseBareArgument(word);
    if (word === 'def' || word === 'class') return this.readDefinition(word, indent);
    if (word === 'async') return this.readAsync(indent);
    if (HEADERS.has(word)) return this.readHeader(word, indent);
    if (this.text.charCodeAt(scanner.at) === 64) return this.readDecorator();
    return this.skipStatement();
  }

  private skipStatement(): boolean {
    const { scanner } = this;
    if (this.scope.inFunction) return scanner.skipStatement(false);
    const start = scanner.at;
    const more = scanner.skipStatement(true);
    for (const [name] of this.text.slice(start, scanner.statementEnd).matchAll(BOUND)) {
      const known = this.bound.get(name);
      if (known === undefined) this.bound.set(name, [start]);
      else if (known.at(-1) !== start) known.push(start);
    }
    return more;
  }

  private readAsync(indent: number): boolean {
    const word = this.scanner.peekWordAfter('async');
    if (word === 'def') return this.readDefinition(word, indent);
    if (word === 'for' || word === 'with') return this.readHeader(word, indent);
    return this.skipStatement();
  }

  private readImport(word: string): boolean {
    const { scanner, scope } = this;
    const line = scanner.lineAt(scanner.at);
    const start = scanner.at + word.length;
    const more = scanner.skipStatement(false);
    const said = scanner.withoutBreaks(start, scanner.statementEnd).replaceAll(/\s+/g, ' ');
    const where = scope.inFunction ? 'function' : scope.guarded ? 'guarded' : 'top';
    if (word === 'import') {
      for (const part of said.split(',')) this.imports.push({ module: readModule(part), names: [], level: 0, line, where });
      return more;
    }
    const found = FROM.exec(said);
    if (found === null) throw new NotPlain();
    const level = (found[1] ?? '').replaceAll(/\s/g, '').length;
    const module = (found[2] ?? '').replaceAll(/\s/g, '');
    if (level === 0 && module === '') throw new NotPlain();
    if (level === 0 && module === '__future__') return more;
    this.imports.push({ module, names: readNames(found[3] ?? ''), level, line, where });
    return more;
  }

  private readDecorator(): boolean {
    const { scanner } = this;
    DECORATOR.lastIndex = scanner.at;
    const found = DECORATOR.exec(this.text);
    if (found === null) throw new NotPlain();
    scanner.at = DECORATOR.lastIndex;
    scanner.skipBrackets();
    if (!scanner.atLineEnd()) throw new NotPlain();
    this.decorators.push(found[1] ?? '');
    return false;
  }

  private readDefinition(word: 'def' | 'class', indent: number): boolean {
    const { scanner, scope } = this;
    DEFINITION.lastIndex = scanner.at;
    const found = DEFINITION.exec(this.text);
    if (found === null) throw new NotPlain();
    const line = scanner.lineAt(scanner.at);
    const name = found[1] ?? '';
    const named = { name, isClass: word === 'class', from: scanner.at, to: Number.MAX_SAFE_INTEGER };
    this.named.push(named);
    scanner.at = DEFINITION.lastIndex;
    const start = scanner.at;
    scanner.skipBrackets();
    const given = this.text.slice(start, scanner.at);
    const decorators = this.decorators;
    this.decorators = [];
    const opened = { ...scope, indent, hasClauses: false, named };
    if (word === 'def') {
      this.definitions.push({ name, inClass: scope.inClass });
      scanner.skipHeader();
      this.scopes.push({ ...opened, inFunction: true });
    } else {
      if (!scanner.skipColon()) throw new NotPlain();
      this.classes.push({ name, bases: readBases(given), decorators, line });
      this.scopes.push({ ...opened, inClass: name });
    }
    return !scanner.atLineEnd();
  }

  private readHeader(word: string, indent: number): boolean {
    const { scanner, scope } = this;
    const line = scanner.at;
    const start = scanner.at + word.length;
    scanner.skipHeader(!scope.inFunction);
    if (word === 'for' && !scope.inFunction) this.loops = true;
    if (word === 'if' && this.mayStart && MAIN_GUARD.test(this.text.slice(start, scanner.at))) this.mainLine ??= scanner.lineAt(line);
    else if (word === 'if' || word === 'try') this.scopes.push({ ...scope, indent, guarded: true, hasClauses: true, named: null });
    return !scanner.atLineEnd();
  }
}

function readModule(part: string): string {
  const found = IMPORTED.exec(part);
  if (found === null) throw new NotPlain();
  return (found[1] ?? '').replaceAll(/\s/g, '');
}

function readNames(said: string): string[] {
  const inside = said.trim();
  if (inside === '*') return ['*'];
  const isWrapped = inside.startsWith('(') && inside.endsWith(')');
  const parts = (isWrapped ? inside.slice(1, -1) : inside).split(',');
  // Only brackets allow a comma at the end.
  if (isWrapped && parts.at(-1)?.trim() === '') parts.pop();
  return parts.map(readModule);
}

/** The arguments of a class as they are written. */
function readBases(given: string): string[] {
  if (given === '') return [];
  if (/[#\\'"]/.test(given)) throw new NotPlain();
  const bases: string[] = [];
  let depth = 0;
  let start = 1;
  for (let at = 1; at < given.length; at += 1) {
    const letter = given[at] ?? '';
    if (depth === 0 && (letter === ',' || letter === ')')) {
      const base = given.slice(start, at).trim();
      if (base !== '') bases.push(base.slice(0, 100));
      start = at + 1;
    } else if ('([{'.includes(letter)) depth += 1;
    else if (')]}'.includes(letter)) depth -= 1;
  }
  return bases;
}
