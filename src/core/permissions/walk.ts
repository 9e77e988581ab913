import { NO_FLOW, OTHER_FLOW, type Change, type Flow } from './call.ts';
import { tryAll, type Choices } from './choices.ts';
import type { Context } from './context.ts';
import { expandText, expandWord, type Field, type Surroundings } from './expand.ts';
import { mixFlows, readFlow } from './flows.ts';
import { HOLE, NUMBER } from './marks.ts';
import { readPieces, type Piece } from './read-pieces.ts';
import { judgeRedirect } from './redirects.ts';
import { startCommand, type Start } from './start.ts';
import { forkState, joinValues, mergeStates, setVariable, widenState, type State } from './state.ts';
import { callsItselfTwice, isEndless, showsPlainVariables } from './statement-shapes.ts';
import type { Assignment, Redirect, Script, Statement, Word } from './syntax.ts';
import { explainAssignment, isPlainNumber } from './variables.ts';

const MAX_LOOPS = 4;
const NUMBERS =
  /^(?:SLURM_(?:JOB_?ID|ARRAY_(?:JOB|TASK)_ID|NNODES|NTASKS|PROCID|LOCALID|CPUS_\w+|GPUS\w*|STEP_ID)|RANDOM|SECONDS|LINENO|U?ID|EUID|PPID|BASHPID|COLUMNS|LINES|[?#$!])$/;

/** What a statement leaves: what it prints, and the state where it is known to have succeeded. */
interface Result {
  readonly flow: Flow;
  readonly ok: State | null;
}

/** What the words of one command turned out to hold. */
interface Seen {
  readonly shown: Set<string>;
  readonly substituted: Set<Flow['kind']>;
}

/** Goes through a syntax tree in the order in which it would run and judges each part. */
export class Walker {
  private loops = 0;
  private readonly context: Context;

  constructor(context: Context) {
    this.context = context;
  }

  walkScript(script: Script, state: State, stdin: Flow): Result {
    let last: Result = { flow: NO_FLOW, ok: null };
    for (const statement of script) {
      const before = last.flow;
      last = this.walk(statement, state, stdin);
      if (before.kind !== 'none' && before.kind !== last.flow.kind)
        last = { ...last, flow: last.flow.kind === 'none' ? before : mixFlows(before, last.flow) };
    }
    return last;
  }

  private walk(statement: Statement, state: State, stdin: Flow): Result {
    switch (statement.kind) {
      case 'command':
        return this.walkCommand(statement, state, stdin);
      case 'redirected':
        return this.walkRedirected(statement, state, stdin);
      case 'pipeline': {
        let flow = stdin;
        for (const part of showsPlainVariables(statement.parts) ? statement.parts.slice(1) : statement.parts)
          flow = this.walk(part, forkState(state), flow).flow;
        return { flow, ok: null };
      }
      case 'list':
        return this.walkList(statement, state, stdin);
      case 'background':
        this.walk(statement.body, forkState(state), NO_FLOW);
        this.context.say('ask', '&', 'leaves something running in the background', 'stays running');
        return { flow: OTHER_FLOW, ok: null };
      case 'not':
        return { flow: this.walk(statement.body, state, stdin).flow, ok: null };
      case 'group':
        return this.walkScript(statement.body, statement.subshell ? forkState(state) : state, stdin);
      case 'function':
        return this.defineFunction(statement, state);
      case 'test':
        return this.walkTest(statement, state);
      case 'unknown':
        this.context.say('ask', statement.text, statement.why, 'is not understood');
        return { flow: OTHER_FLOW, ok: null };
      default:
        return this.walkBranches(statement, state, stdin);
    }
  }

  private walkList(statement: Extract<Statement, { kind: 'list' }>, state: State, stdin: Flow): Result {
    const left = this.walk(statement.left, state, stdin);
    const start = forkState(statement.operator === '&&' ? (left.ok ?? state) : state);
    const right = this.walk(statement.right, start, stdin);
    mergeStates(state, [forkState(state), start]);
    const flow = left.flow.kind === 'none' ? right.flow : mixFlows(left.flow, right.flow);
    return { flow, ok: statement.operator === '&&' ? (right.ok ?? start) : null };
  }

  private walkBranches(statement: Extract<Statement, { kind: 'for' | 'loop' | 'choice' }>, state: State, stdin: Flow): Result {
    if (statement.kind === 'choice') {
      for (const word of statement.words) this.readText(word, state, 'free');
      const ways = [forkState(state)];
      let flow: Flow = NO_FLOW;
      // Each condition runs before the next branch.
      const start = forkState(state);
      for (const branch of statement.branches) {
        const way = forkState(start);
        flow = mixFlows(flow, this.walkScript(branch, way, stdin).flow);
        ways.push(way);
        mergeStates(start, [forkState(start), way]);
      }
      mergeStates(state, ways);
      return { flow, ok: null };
    }
    this.loops += 1;
    if (this.loops > MAX_LOOPS) this.context.say('ask', 'a loop', 'is nested too deeply to follow', 'is not understood');
    const result = this.loops > MAX_LOOPS ? { flow: OTHER_FLOW, ok: null } : this.walkLoop(statement, state, stdin);
    this.loops -= 1;
    return result;
  }

  private walkLoop(statement: Extract<Statement, { kind: 'for' | 'loop' }>, state: State, stdin: Flow): Result {
    const turn = (from: State): Flow => {
      if (statement.kind === 'loop') {
        const condition = this.walkScript(statement.condition, from, stdin).flow;
        return mixFlows(condition, this.walkScript(statement.body, from, stdin).flow);
      }
      return this.walkForTurn(statement, from, stdin);
    };
    if (statement.kind === 'loop' && isEndless(statement)) {
      this.context.say('ask', 'an endless loop', 'goes on until somebody stops it', 'stays running');
    }
    const trial = forkState(state);
    const mark = this.context.findings.length;
    turn(trial);
    this.context.findings.length = mark;
    widenState(state, trial);
    const after = forkState(state);
    const flow = turn(after);
    mergeStates(state, [forkState(state), after]);
    return { flow, ok: null };
  }

  private walkForTurn(statement: Extract<Statement, { kind: 'for' }>, state: State, stdin: Flow): Flow {
    const { variable, values } = statement;
    this.assign(variable, null, state);
    const found: string[] = [];
    for (const word of values ?? []) for (const field of this.readFields(word, state)) found.push(field.text);
    if (values === null) found.push(HOLE);
    // Their number does not matter; what they are does.
    state.vars.set(variable, joinValues([], found));
    if (state.vars.get(variable) !== null || found.length === 0) return this.walkScript(statement.body, state, stdin).flow;
    let flow: Flow = NO_FLOW;
    for (const value of new Set(found.slice(0, 64))) {
      state.vars.set(variable, [value]);
      flow = mixFlows(flow, this.walkScript(statement.body, state, stdin).flow);
    }
    if (found.length > 64) this.context.say('ask', 'a loop', 'goes over too many words to follow', 'is not understood');
    return flow;
  }

  private walkCommand(statement: Extract<Statement, { kind: 'command' }>, state: State, stdin: Flow): Result {
    const redirected = this.walkRedirects(statement.redirects, state, stdin);
    return this.walkWords(statement, state, redirected.stdin, redirected.input);
  }

  private walkRedirected(statement: Extract<Statement, { kind: 'redirected' }>, state: State, stdin: Flow): Result {
    const { redirects, body } = statement;
    const redirected = this.walkRedirects(redirects, state, stdin);
    if (body.kind === 'command') return this.walkWords(body, state, redirected.stdin, redirected.input);
    return this.walk(body, state, redirected.stdin);
  }

  private walkWords(statement: Extract<Statement, { kind: 'command' }>, state: State, stdin: Flow, input: string | null): Result {
    const ways: State[] = [];
    const succeeded: State[] = [];
    let flow: Flow = NO_FLOW;
    const complete = tryAll((choices) => {
      const way = forkState(state);
      const seen: Seen = { shown: new Set(), substituted: new Set() };
      const around = this.surround(way, seen);
      const fields = statement.words.flatMap((word) => expandWord(readPieces(word), around, choices));
      const target = fields.length > 0 ? forkState(way) : way;
      for (const item of statement.assignments) this.walkAssignment(item, target, around, choices, state);
      // A word that is nothing leaves the next one in its place; none at all leaves what was printed last.
      if (fields.length > 0) {
        const before = way.cwds;
        flow = mixFlows(flow, this.startWith(statement.assignments, { fields, state: way, stdin, input, seen, inner: this.inner(way) }));
        if (way.cwds !== before) {
          succeeded.push(forkState(way));
          way.cwds = joinValues(before, way.cwds);
        }
      }
      ways.push(way);
    });
    if (!complete)
      this.context.say('ask', statement.words.map((word) => word.text).join(' '), 'may be too many things to follow', 'is not understood');
    mergeStates(state, ways);
    const ok = succeeded.length > 0 && succeeded.length === ways.length ? forkState(state) : null;
    if (ok !== null) mergeStates(ok, succeeded);
    return { flow, ok };
  }

  /** Variables set before a command hold while it runs, and what they hold then is not followed. */
  private startWith(assignments: readonly Assignment[], start: Start): Flow {
    const { vars } = start.state;
    const before = assignments.map(({ name }) => [name, vars.get(name)] as const);
    for (const [name] of before) vars.set(name, null);
    const flow = startCommand(this.context, start);
    for (const [name, values] of before) {
      if (values === undefined) vars.delete(name);
      else vars.set(name, values);
    }
    return flow;
  }

  /** What a started program may start in turn. */
  private inner(state: State) {
    return {
      functions: (name: string, args: readonly Field[], stdin: Flow) => this.callFunction(name, args, state, stdin),
      script: (source: string, change: Change): Flow => {
        const parsed = this.context.parse(source);
        if (parsed.script === null) {
          this.context.say('ask', source, parsed.problem, 'is not understood');
          return OTHER_FLOW;
        }
        const inside = forkState(state);
        if (change.where !== undefined) inside.where = change.where;
        if (change.cwds !== undefined) inside.cwds = change.cwds;
        return this.walkScript(parsed.script, inside, change.stdin ?? NO_FLOW).flow;
      },
    };
  }

  private walkAssignment(item: Assignment, target: State, around: Surroundings, choices: Choices, from: State): void {
    const values = item.values.map((word) => expandText(readPieces(word), around, choices));
    const value = item.array ? null : (values[0] ?? '');
    // An index is computed, and what is computed may run something.
    if (item.array && item.values.some((word) => /^\w*\[/.test(word.text) && !/^\w+\[\d*\]$/.test(word.text))) {
      this.context.say('ask', item.name, 'has an index that is not understood', 'is not understood');
    }
    const old = from.vars.get(item.name);
    const appended = value === null || old === undefined || old === null ? null : old.map((text) => text + value);
    this.assign(item.name, item.append ? appended : value === null ? null : [value], target);
  }

  private assign(name: string, values: readonly string[] | null, state: State): void {
    const why = explainAssignment(name, values?.[0] ?? null);
    if (why !== null) this.context.say('ask', `${name}=`, why, 'changes the shell');
    setVariable(state, name, values);
  }

  private walkRedirects(redirects: readonly Redirect[], state: State, stdin: Flow): { stdin: Flow; input: string | null } {
    let flow = stdin;
    let input: string | null = null;
    for (const redirect of redirects) {
      if (redirect.document !== null) {
        const { body, literal } = redirect.document;
        input = literal ? body.text : this.readText(body, state, 'quoted');
        flow = { kind: 'text', text: input };
      } else if (redirect.operator === '<<<' && redirect.target !== null) {
        input = this.readText(redirect.target, state, 'word');
        flow = { kind: 'text', text: input };
      } else {
        const seen: Seen = { shown: new Set(), substituted: new Set() };
        const fields = redirect.target === null ? [] : this.readFields(redirect.target, state, seen);
        const printed =
          redirect.target?.text.startsWith('<(') === true && seen.substituted.size === 1 ? [...seen.substituted][0] : undefined;
        if (judgeRedirect(this.context, redirect.operator, fields, state)) flow = { kind: printed ?? 'files' };
      }
    }
    return { stdin: flow, input };
  }

  private readFields(word: Word, state: State, seen: Seen = { shown: new Set(), substituted: new Set() }): Field[] {
    const fields: Field[] = [];
    const pieces = readPieces(word);
    const around = this.surround(state, seen);
    const complete = tryAll((choices) => {
      fields.push(...expandWord(pieces, around, choices));
    });
    if (!complete) fields.push({ text: HOLE, quoted: true });
    return fields;
  }

  private readText(word: Word, state: State, mode: 'word' | 'quoted' | 'free'): string {
    const pieces = readPieces(word, mode);
    const seen: Seen = { shown: new Set(), substituted: new Set() };
    const texts: string[] = [];
    const complete = tryAll((choices) => {
      texts.push(expandText(pieces, this.surround(state, seen), choices));
    });
    for (const name of seen.shown) this.context.noteShown(name, word.text);
    return complete && texts.length === 1 ? (texts[0] ?? '') : HOLE;
  }

  private walkTest(statement: Extract<Statement, { kind: 'test' }>, state: State): Result {
    const { style, text } = statement;
    const pieces = readPieces(text, 'free');
    const seen: Seen = { shown: new Set(), substituted: new Set() };
    tryAll((choices) => {
      expandText(pieces, this.surround(state, seen), choices);
    });
    const typed = pieces.map((piece) => (piece.kind === 'text' && !piece.quoted ? piece.value : '"')).join('');
    if (style === '[' && /[<>;&|()\n]/.test(typed))
      this.context.say('ask', text.text, 'is a test with an operator that is not understood', 'is not understood');
    if (pieces.some((piece) => piece.kind === 'text' && piece.quoted && /\$\(|`/.test(piece.value))) {
      this.context.say('ask', text.text, 'is a test that may run what is quoted in it', 'is not understood');
    }
    const arithmetic = style === '((' || (style === '[[' && /\s-(?:eq|ne|lt|le|gt|ge|v)\s/.test(text.text));
    if (arithmetic) this.checkArithmetic([...seen.shown, ...(typed.match(/[A-Za-z_]\w*/g) ?? [])], state);
    if (style === '((')
      for (const [, name] of typed.matchAll(/([A-Za-z_]\w*)\s*(?:[-+*/%&|^]|<<|>>)?=(?!=)/g)) this.assign(name!, null, state);
    return { flow: NO_FLOW, ok: null };
  }

  /** An arithmetic expression evaluates what its variables hold, as code. */
  private checkArithmetic(names: readonly string[], state: State): void {
    for (const name of new Set(names)) {
      const values = state.vars.get(name);
      if (values === undefined) continue;
      if (values === null || values.some((value) => !isPlainNumber(value))) {
        this.context.say(
          'ask',
          `$((${name}))`,
          `computes with ${name}, and what it holds is not known to be a number`,
          'is not understood',
        );
      }
    }
  }

  private defineFunction(statement: Extract<Statement, { kind: 'function' }>, state: State): Result {
    const { name, body } = statement;
    if (callsItselfTwice(body, name))
      this.context.say('refuse', `${name}()`, 'starts itself over and over (a fork bomb)', 'loads the machine');
    state.functions.set(name, { bodies: [...(state.functions.get(name)?.bodies ?? []), body], sure: true });
    const inside = forkState(state);
    for (const digit of ['1', '2', '3', '4', '5', '6', '7', '8', '9', '@', '*']) inside.vars.set(digit, null);
    inside.running = [...state.running, name];
    this.walk(body, inside, OTHER_FLOW);
    return { flow: NO_FLOW, ok: null };
  }

  private callFunction(name: string, args: readonly Field[], state: State, stdin: Flow): { flow: Flow; sure: boolean } | null {
    const defined = state.functions.get(name);
    if (defined === undefined) return null;
    const { bodies, sure } = defined;
    if (state.running.includes(name) || state.running.length > 6) {
      this.context.say('ask', name, 'is a function that calls itself', 'is not understood');
      return { flow: OTHER_FLOW, sure };
    }
    let flow: Flow = NO_FLOW;
    for (const body of bodies) {
      const inside = forkState(state);
      inside.running = [...state.running, name];
      for (let index = 1; index <= 9; index += 1)
        inside.vars.set(String(index), args[index - 1] === undefined ? [''] : [args[index - 1]!.text]);
      flow = mixFlows(flow, this.walk(body, inside, stdin).flow);
      inside.running = state.running;
      widenState(state, inside);
    }
    return { flow, sure };
  }

  private surround(state: State, seen: Seen): Surroundings {
    const { context } = this;
    return {
      lookUp: (name) => {
        const own = state.vars.get(name);
        if (own !== undefined) return own;
        if (name === 'PWD') return state.cwds;
        if (name === 'IFS') return [' \t\n'];
        const place = context.policy.places.get(name);
        if (place !== undefined) return [place];
        return NUMBERS.test(name) ? [NUMBER] : null;
      },
      run: (piece) => this.runInside(piece, state, seen),
      home: (name) =>
        name === '' ? context.policy.home : name === '+' ? (state.cwds?.[0] ?? HOLE) : /^\w[\w.-]*$/.test(name) ? `/home/${name}` : HOLE,
      onVariable: (name) => seen.shown.add(name),
      onArithmetic: (names) => this.checkArithmetic(names, state),
      onOpaque: (why) => context.say('ask', 'a word', why, 'is not understood'),
      onAssign: (name) => this.assign(name, null, state),
    };
  }

  /** A substitution runs in a subshell; what it prints becomes part of a word. */
  private runInside(piece: Extract<Piece, { kind: 'run' | 'backticks' }>, state: State, seen: Seen): string {
    let flow: Flow;
    if (piece.kind === 'run') flow = this.walkScript(piece.script, forkState(state), NO_FLOW).flow;
    else flow = this.inner(state).script(piece.source, {});
    seen.substituted.add(flow.kind);
    return readFlow(flow);
  }
}
