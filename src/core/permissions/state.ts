import type { Where } from './policy.ts';
import type { Statement } from './syntax.ts';

/** A function of the line; `sure` where it is certain to be defined. */
interface Defined {
  readonly bodies: readonly Statement[];
  readonly sure: boolean;
}

const MAX_WAYS = 6;
/** Longer values are not followed; a line can double them at every step. */
const MAX_VALUE = 2000;
/** Variables that the shell sets by itself, whatever was assigned. */
const DYNAMIC =
  /^(?:_|S?RANDOM|SECONDS|LINENO|EPOCH\w+|BASH\w*|PIPESTATUS|FUNCNAME|DIRSTACK|GROUPS|E?UID|PPID|OPTIND|OPTARG|REPLY|COPROC\w*|HISTCMD|PWD|OLDPWD|COLUMNS|LINES|MAPFILE|SHLVL|IFS)$/;

/** What the shell would know at a point of the line: everything that it may be is kept. */
export interface State {
  /** Folders it may be in; null for anywhere. */
  cwds: readonly string[] | null;
  /** Values that variables set in the line may have; null for any. Others come from the environment. */
  vars: Map<string, readonly string[] | null>;
  functions: Map<string, Defined>;
  where: Where;
  /** Functions whose bodies are being judged. */
  running: readonly string[];
}

/** A copy that can go its own way, as a subshell does. */
export function forkState(state: State): State {
  return { ...state, vars: new Map(state.vars), functions: new Map(state.functions) };
}

/** Makes `state` stand for all of the given ways. */
export function mergeStates(state: State, ways: readonly State[]): void {
  const [first, ...others] = ways;
  if (first === undefined) return;
  let { cwds } = first;
  const vars = new Map(first.vars);
  const functions = new Map(first.functions);
  for (const other of others) {
    cwds = joinValues(cwds, other.cwds);
    for (const name of new Set([...vars.keys(), ...other.vars.keys()])) {
      // Where one way has not set it, it is what the environment says.
      vars.set(name, joinValues(vars.get(name) ?? null, other.vars.get(name) ?? null));
    }
    for (const name of new Set([...functions.keys(), ...other.functions.keys()]))
      functions.set(name, joinFunctions(functions.get(name), other.functions.get(name)));
  }
  state.cwds = cwds;
  state.vars = vars;
  state.functions = functions;
}

/** All values of both; null where they are too many. */
export function joinValues(a: readonly string[] | null, b: readonly string[] | null): readonly string[] | null {
  if (a === null || b === null) return null;
  const all = [...new Set([...a, ...b])];
  return all.length > MAX_WAYS ? null : all;
}

/** Gives up on what a loop changes, because nobody knows how often it turns. */
export function widenState(before: State, after: State): void {
  if (!sameValues(before.cwds, after.cwds)) before.cwds = null;
  for (const [name, values] of after.vars) {
    const old = before.vars.get(name);
    if (old === undefined || !sameValues(old, values)) before.vars.set(name, null);
  }
  for (const [name, defined] of after.functions) before.functions.set(name, joinFunctions(before.functions.get(name), defined));
}

/** Where one way has not defined it, it is a program of that name. */
function joinFunctions(a: Defined | undefined, b: Defined | undefined): Defined {
  return { bodies: [...new Set([...(a?.bodies ?? []), ...(b?.bodies ?? [])])], sure: a?.sure === true && b?.sure === true };
}

function sameValues(a: readonly string[] | null, b: readonly string[] | null): boolean {
  return a === b || (a !== null && b !== null && a.length === b.length && a.every((value, index) => value === b[index]));
}

/** Notes what a variable may hold from here on; null for anything. */
export function setVariable(state: State, name: string, values: readonly string[] | null): void {
  const known = !DYNAMIC.test(name) && values?.every((value) => value.length <= MAX_VALUE) === true;
  state.vars.set(name, known ? values : null);
}
