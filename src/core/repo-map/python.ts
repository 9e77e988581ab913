/** The neutral summary of a Python file that the map is read from. A parser outside of core makes it; nothing here knows which one. */

export interface PyValue {
  readonly kind: 'string' | 'number' | 'boolean' | 'none' | 'list' | 'name' | 'call' | 'other';
  /** As written, at most 300 characters. */
  readonly text: string;
  /** The decoded text of a plain string; null for everything else, f-strings with holes included. */
  readonly string: string | null;
  readonly items: readonly PyValue[];
  readonly call: PyCall | null;
  readonly line: number;
  /** 0-based column on that line. */
  readonly column: number;
}

export interface PyCall {
  /** Dotted, as written: `torch.load`, `parser.add_argument`; calls within the name are shortened to `()`. */
  readonly name: string;
  readonly args: readonly PyValue[];
  readonly keywords: ReadonlyMap<string, PyValue>;
  readonly line: number;
  readonly inFunction: string | null;
}

export interface PyImport {
  readonly module: string;
  /** Names of `from module import …`; empty for a plain import; `*` for all. */
  readonly names: readonly string[];
  /** Number of leading dots. */
  readonly level: number;
  readonly line: number;
  /** `guarded`: inside try or a condition; `function`: only when something calls it. */
  readonly where: 'top' | 'guarded' | 'function';
}

export interface PyAssignment {
  readonly target: string;
  readonly value: PyValue | null;
  readonly annotation: string | null;
  readonly line: number;
  readonly inFunction: string | null;
  readonly inClass: string | null;
}

/** A function's name alone. */
export interface PyDefinition {
  readonly name: string;
  readonly inClass: string | null;
}

export interface PyFunction extends PyDefinition {
  readonly line: number;
  readonly parameters: readonly { readonly name: string; readonly annotation: string | null; readonly default: PyValue | null }[];
  readonly decorators: readonly PyCall[];
}

export interface PyClass {
  readonly name: string;
  readonly bases: readonly string[];
  readonly decorators: readonly string[];
  readonly line: number;
}

export interface PyLoop {
  readonly variable: string;
  readonly iterable: PyValue;
  readonly line: number;
  readonly lastLine: number;
  readonly inFunction: string | null;
}

export interface PythonModule {
  readonly docstring: string | null;
  readonly imports: readonly PyImport[];
  readonly calls: readonly PyCall[];
  readonly assignments: readonly PyAssignment[];
  readonly functions: readonly PyFunction[];
  /** The names of the functions, in the same order; cheaper to ask for. */
  readonly definitions: readonly PyDefinition[];
  readonly classes: readonly PyClass[];
  readonly loops: readonly PyLoop[];
  /** Line of `if __name__ == '__main__'`. */
  readonly mainLine: number | null;
  /** First line that only Python 2 accepts. */
  readonly python2Line: number | null;
  /** True when the file does work while it is imported: loops or calls outside functions, beyond set-up of a library. */
  readonly worksAtTop: boolean;
  /**
   * What is assigned outside of functions, as it is written; a few too many, never one too few. With the places where the statements begin
   * that may assign it, where they are known.
   */
  readonly boundAtTop: ReadonlyMap<string, readonly number[]>;
  /** Line at which the parser gave up because the file cost too much; everything else is empty then. */
  readonly stoppedAt: number | null;
}

/** A module of which parts can be had without the rest, which is much cheaper. */
export interface PartialModule extends PythonModule {
  /** The calls at places of the text, each within the name that is called, and perhaps others. */
  readonly callsAt: (places: readonly number[]) => readonly PyCall[];
  /** What is assigned to a name outside of functions. */
  readonly assignedAtTop: (name: string) => readonly PyAssignment[];
}

/** Turns Python source into its summary; never throws, whatever the text. */
export type ParsePython = (source: string) => PythonModule;

/** A module without anything in it, for files that cannot be read. */
export const EMPTY_MODULE: PythonModule = {
  docstring: null,
  imports: [],
  calls: [],
  assignments: [],
  functions: [],
  definitions: [],
  classes: [],
  loops: [],
  mainLine: null,
  python2Line: null,
  worksAtTop: false,
  boundAtTop: new Map(),
  stoppedAt: null,
};

/** The last part of a dotted name. */
export function lastName(dotted: string): string {
  return dotted.slice(dotted.lastIndexOf('.') + 1);
}

/** Calls that many libraries make while they are imported; they alone do not make a program. */
export const SETUP_CALL =
  /(^|\.)(getLogger|namedtuple|TypeVar|NewType|compile|append|insert|update|add|register|simplefilter|filterwarnings|set_\w+|manual_seed|seed|get|getenv|join|dirname|abspath|realpath|environ|use|warn|basicConfig|defaultdict|field|partial)$/;
