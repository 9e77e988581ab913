/** Modules whose outline is read by sight and whose rest is parsed when somebody asks, as far as memory and patience go. */
import { EMPTY_MODULE, type ParsePython, type PartialModule, type PyAssignment, type PyCall, type PythonModule } from '../python.ts';
import { keepCalls, keepStatements } from './keep-calls.ts';
import { readOutline, type NamedScope, type Outline } from './outline.ts';

/** A parsed module takes some twenty times the room of its text; this many characters of text are kept parsed at a time. */
const MAX_KEPT = 4_000_000;
/** After so many files that cost too much the parser is asked no more: somebody made them so. */
const MAX_STOPS = 10;
/** Whoever asks for the values of more names than these gets them from the parsed file. */
const MAX_NAMES = 40;

export interface Stop {
  readonly path: string;
  readonly line: number;
}

/** Parses on demand and remembers what was asked for last. Never throws. */
export class ModulePool {
  /** Files whose parsing was given up, as they are met. */
  readonly stops: Stop[] = [];
  private readonly parse: ParsePython;
  private readonly kept = new Map<string, { readonly module: PythonModule; readonly size: number }>();
  private size = 0;

  constructor(parse: ParsePython) {
    this.parse = parse;
  }

  /** The module of a file of the repository; parts of it are read when they are first looked at. */
  open(path: string, text: string): PartialModule {
    const known = () => this.kept.get(path)?.module;
    return new LazyModule(text, { known, ask: () => this.ask(path, text), parsePart: (part) => this.parseSafely(path, part) });
  }

  private ask(path: string, text: string): PythonModule {
    const known = this.kept.get(path);
    if (known !== undefined) {
      this.kept.delete(path);
      this.kept.set(path, known);
      return known.module;
    }
    const module = this.parseSafely(path, text);
    this.kept.set(path, { module, size: text.length });
    this.size += text.length;
    for (const [oldest, { size }] of this.kept) {
      if (this.size <= MAX_KEPT || oldest === path) break;
      this.kept.delete(oldest);
      this.size -= size;
    }
    return module;
  }

  private parseSafely(path: string, text: string): PythonModule {
    if (this.stops.some((stop) => stop.path === path) || this.stops.length >= MAX_STOPS) return EMPTY_MODULE;
    try {
      const module = this.parse(text);
      if (module.stoppedAt !== null) this.stops.push({ path, line: module.stoppedAt });
      return module;
    } catch {
      return EMPTY_MODULE;
    }
  }
}

interface Readers {
  /** The parsed file, if it is at hand. */
  readonly known: () => PythonModule | undefined;
  /** The parsed file, whatever that costs. */
  readonly ask: () => PythonModule;
  /** Some text of the file alone; nothing after too many stops. */
  readonly parsePart: ParsePython;
}

class LazyModule implements PartialModule {
  private readonly text: string;
  private readonly readers: Readers;
  private readonly assigned = new Map<string, readonly PyAssignment[]>();
  private seen: Outline | undefined;

  constructor(text: string, readers: Readers) {
    this.text = text;
    this.readers = readers;
  }

  callsAt(places: readonly number[]): readonly PyCall[] {
    return places.length === 0 ? [] : this.readPart(() => keepCalls(this.text, places)).calls;
  }

  assignedAtTop(name: string): readonly PyAssignment[] {
    const starts = this.outline.boundAtTop.get(name);
    if (starts === undefined) return [];
    const before = this.assigned.get(name);
    if (before !== undefined) return before;
    const isPart = starts.length > 0 && this.assigned.size < MAX_NAMES;
    const { assignments } = this.readPart(() => (isPart ? keepStatements(this.text, starts) : null));
    const found = assignments.filter((item) => item.target === name && item.inFunction === null);
    this.assigned.set(name, found);
    return found;
  }

  /** Parses a part of the file; all of it where it is at hand or the part cannot be told. */
  private readPart(cut: () => string | null): Pick<PythonModule, 'calls' | 'assignments'> {
    const { known, ask, parsePart } = this.readers;
    const before = known();
    if (before !== undefined) return before;
    const { named } = this.outline;
    const text = named === null ? null : cut();
    return text === null || named === null ? ask() : placeParts(parsePart(text), this.text, named);
  }

  private ask(): PythonModule {
    return this.readers.ask();
  }

  private get outline(): Outline {
    this.seen ??= readOutline(this.text) ?? pickOutline(this.ask());
    return this.seen;
  }

  get imports(): PythonModule['imports'] {
    return this.outline.imports;
  }
  get classes(): PythonModule['classes'] {
    return this.outline.classes;
  }
  get definitions(): PythonModule['definitions'] {
    return this.outline.definitions;
  }
  get mainLine(): PythonModule['mainLine'] {
    return this.outline.mainLine;
  }
  get python2Line(): PythonModule['python2Line'] {
    return this.outline.python2Line;
  }
  get worksAtTop(): boolean {
    return this.outline.worksAtTop ?? this.ask().worksAtTop;
  }
  get boundAtTop(): PythonModule['boundAtTop'] {
    return this.outline.boundAtTop;
  }
  get docstring(): PythonModule['docstring'] {
    return this.ask().docstring;
  }
  get calls(): PythonModule['calls'] {
    return this.ask().calls;
  }
  get assignments(): PythonModule['assignments'] {
    return this.ask().assignments;
  }
  get functions(): PythonModule['functions'] {
    return this.ask().functions;
  }
  get loops(): PythonModule['loops'] {
    return this.ask().loops;
  }
  get stoppedAt(): PythonModule['stoppedAt'] {
    return this.ask().stoppedAt;
  }
}

/** The parts of a parsed module that stay when the rest has to make room. */
function pickOutline(module: PythonModule): Outline {
  const { imports, classes, definitions, mainLine, python2Line, worksAtTop, boundAtTop } = module;
  return { imports, classes, definitions, mainLine, python2Line, worksAtTop, boundAtTop, named: null };
}

/** The calls and assignments of a part of a text, with the functions and classes of the text in which they stand. */
function placeParts(part: PythonModule, text: string, named: readonly NamedScope[]): Pick<PythonModule, 'calls' | 'assignments'> {
  let end = -1;
  let line = 0;
  /** The innermost function or class around a line at or behind the last one that was asked for. */
  const nameOf = (wanted: number, isClass: boolean): string | null => {
    for (; line < wanted && (line === 0 || end < text.length); line += 1) end = endOfLine(text, end + 1);
    return named.findLast((scope) => scope.isClass === isClass && scope.from <= end && scope.to > end)?.name ?? null;
  };
  const calls = part.calls.map((call) => ({ ...call, inFunction: nameOf(call.line, false) }));
  [line, end] = [0, -1];
  const assignments = part.assignments.map((item) => ({
    ...item,
    inFunction: nameOf(item.line, false),
    inClass: nameOf(item.line, true),
  }));
  return { calls, assignments };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
