import { OTHER_FLOW, type Call, type Change, type Flow } from './call.ts';
import type { Context } from './context.ts';
import type { Field } from './expand.ts';
import { guardWords, judgeRead, judgeWrite } from './file-access.ts';
import { isWild, showMarks } from './marks.ts';
import { findPlaces } from './paths.ts';
import type { Policy } from './policy.ts';
import { findRule } from './programs/index.ts';
import { scanCode } from './scan-code.ts';
import { isSecretName } from './secret-paths.ts';
import { forkState, setVariable, type State } from './state.ts';
import { explainAssignment } from './variables.ts';

/** What a started program may start in turn; both judge and answer what is printed. */
interface Inner {
  /** Null where no function of that name is known. */
  readonly functions: (name: string, args: readonly Field[], stdin: Flow) => { readonly flow: Flow; readonly sure: boolean } | null;
  readonly script: (source: string, change: Change) => Flow;
}

export interface Start {
  readonly fields: readonly Field[];
  readonly state: State;
  readonly stdin: Flow;
  readonly input: string | null;
  readonly seen: { readonly shown: ReadonlySet<string>; readonly substituted: ReadonlySet<Flow['kind']> };
  readonly inner: Inner;
}

/** Folders whose programs are what their names say. */
const PROGRAM_FOLDERS = /^(?:\/usr)?(?:\/local)?\/s?bin\/(?=[^/]+$)/;
/** Programs that neither print nor send what they are given. */
const SILENT = new Set(['test', '[', ':', 'true', 'false', 'export', 'unset', 'local', 'declare', 'readonly', 'typeset']);
/** Words that change the shell, and do nothing where a program is started instead. */
const SHELL_ONLY = /^(?:cd|pushd|popd|export|declare|typeset|local|readonly|read|unset|set|shift|eval|source|\.|alias|exec|trap|builtin)$/;
const MAX_DEPTH = 24;

/** Judges one program with its words; what it starts is judged the same way. */
export function startCommand(context: Context, start: Start, depth = 0): Flow {
  const [first, ...args] = start.fields;
  if (first === undefined || !context.spend()) return OTHER_FLOW;
  const part = showMarks(start.fields.map((field) => field.text).join(' '));
  if (depth > MAX_DEPTH) {
    context.say('ask', part, 'is nested too deeply to follow', 'is not understood');
    return OTHER_FLOW;
  }
  const call = makeCall(context, start, first.text.replace(PROGRAM_FOLDERS, ''), args, part, depth);
  if (isWild(first.text)) {
    call.guard(args);
    call.scan(part);
    if (start.seen.substituted.has('network')) call.say('refuse', 'runs what was just fetched, unseen', 'runs other code');
    else call.say('ask', 'runs a program whose name is only known when it runs', 'is not understood');
    return OTHER_FLOW;
  }
  const own = start.inner.functions(first.text, args, start.stdin);
  if (own !== null) {
    call.guard(args);
    // Programs that start programs know no functions.
    if (own.sure && depth === 0) return own.flow;
  }
  const before = context.findings.length;
  const flow = findRule(call)(call);
  noteSecrets(context, call, part, before);
  return flow;
}

/** A variable that holds a secret is not shown; where it merely serves a program, a person decides. */
function noteSecrets(context: Context, call: Call, part: string, before: number): void {
  if (SILENT.has(call.name)) return;
  const name = [...call.shown].find((shown) => isSecretName(shown));
  if (name === undefined) return;
  const found = context.findings.slice(before);
  const leaves = found.length === 0 || found.some(({ effect }) => effect === 'uses the network' || effect === 'sends data away');
  if (leaves) context.say('refuse', part, `shows ${name}, which is likely to hold a secret`, 'shows secrets');
  else context.say('ask', part, `hands on ${name}, which is likely to hold a secret`, 'shows secrets');
}

function makeCall(context: Context, start: Start, name: string, args: readonly Field[], part: string, depth: number): Call {
  const { state, inner, stdin, input, seen } = start;
  const { policy } = context;
  const say: Call['say'] = (verdict, why, effect) => context.say(verdict, part, why, effect);
  const access = { context, part, cwds: state.cwds };
  const change = (next: Change): State => ({
    ...(next.sameShell === true ? state : forkState(state)),
    ...(next.where === undefined ? {} : { where: next.where }),
    ...(next.cwds === undefined ? {} : { cwds: next.cwds }),
  });
  const noteVariable = (variable: string, value: string | null): void => {
    const why = explainAssignment(variable, value);
    if (why !== null) say('ask', why, 'changes the shell');
  };
  return {
    name,
    args,
    stdin,
    policy,
    input,
    where: state.where,
    cwds: state.cwds,
    shown: seen.shown,
    substituted: seen.substituted,
    say,
    look: (why) => {
      if (policy.notReadOnly.has(name)) say('ask', `${why}, but ${policy.site} wants it asked`, 'loads the machine');
    },
    start: (fields, next = {}) => {
      const program = fields[0]?.text ?? '';
      if (next.sameShell !== true && SHELL_ONLY.test(program))
        say('ask', `starts ${program} as a program, which is a word of the shell`, 'is not understood');
      const inside = next.sameShell === true ? state : change(next);
      return startCommand(context, { ...start, fields, state: inside, stdin: next.stdin ?? stdin, input: null }, depth + 1);
    },
    script: (source, next = {}) => {
      if (isWild(source)) say('ask', 'runs a text that is only known when it runs', 'is not understood');
      if (depth > MAX_DEPTH / 2) say('ask', 'is nested too deeply to follow', 'is not understood');
      else return inner.script(source, { ...next, where: next.where ?? state.where, cwds: next.cwds ?? state.cwds });
      return OTHER_FLOW;
    },
    zones: (path) => findPlaces(path, state.cwds, policy).map((place) => place.zone),
    read: (path, how) => judgeRead(access, path, how),
    write: (path, what) => judgeWrite(access, path, what),
    guard: (words) => guardWords(access, words),
    scan: (code) => scanCode(context, part, code),
    noteVariable,
    ...makeChanges(state, policy, noteVariable),
  };
}

/** What a call may change of the shell it runs in. */
function makeChanges(
  state: State,
  policy: Policy,
  noteVariable: Call['noteVariable'],
): Pick<Call, 'setFolder' | 'setVariable' | 'forgetWords'> {
  return {
    setFolder: (folder) => {
      const places = folder === null ? [] : findPlaces(folder, state.cwds, policy);
      const isKnown = places.length > 0 && places.every((place) => place.zone !== 'unknown');
      state.cwds = isKnown ? places.map((place) => place.path) : null;
    },
    setVariable: (variable, value) => {
      noteVariable(variable, value);
      setVariable(state, variable, value === null ? null : [value]);
    },
    forgetWords: () => {
      for (let index = 1; index <= 9; index += 1) state.vars.set(String(index), null);
    },
  };
}
