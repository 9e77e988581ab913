import { callTool, type Player, type Reply, type ReplyBlock, type Scene } from '../player.ts';

/** How a team of agents behaves; without any of these it does everything right at once. */
export interface LoopTeam {
  /** The cells of the notebook for a part and attempt. */
  readonly writeNotebook: (part: string, attempt: number) => readonly string[];
  /** The script of the data and what it writes, where the project brings none. */
  readonly data?: {
    readonly script: string;
    readonly files: readonly { readonly path: string; readonly columns: readonly string[]; readonly from: string }[];
  };
  /** The first research claims that the data have a column which they do not have. */
  readonly claimsFalsely?: boolean;
  /** Drafts with an error each, which are tried first. */
  readonly drafts?: readonly (readonly string[])[];
  /** What the evaluator says of its gates, whatever was computed. */
  readonly boast?: string;
}

/** What the task tells; a team knows nothing else. */
interface Task {
  readonly text: string;
  readonly part: string;
  readonly attempt: number;
  readonly features: readonly string[];
  readonly target: { readonly file: string; readonly column: string };
  readonly outputs: readonly string[];
  readonly testFrom: string | null;
  readonly minutes: number;
  readonly hasResearch: boolean;
  /** Numbers that were computed, as `id value`. */
  readonly measured: readonly { readonly id: string; readonly value: number }[];
}

/** Plays all agents of an experiment loop, each by the skill that the prompt names. */
export function createLoopTeam(team: LoopTeam): Player {
  return (scene) => {
    const task = readTask(scene);
    switch (/^Your skill: ([a-z-]+)/m.exec(scene.system)?.[1]) {
      case 'entrance':
        return lookFirst(scene, () => [callTool('hand-over', askFor(task))]);
      case 'researcher':
        return lookFirst(scene, () => [
          callTool('hand-over', research(task, team.claimsFalsely === true && !task.text.includes('refuted'))),
        ]);
      case 'architect':
        return { content: [callTool('hand-over', design(task))] };
      case 'builder-data':
        return { content: [callTool('hand-over', buildData(team))] };
      case 'builder-model':
        return buildModel(scene, task, team);
      case 'evaluator':
        return { content: [callTool('hand-over', explain(task, team.boast))] };
      default:
        return { content: [callTool('give-up', { report: 'I know no such skill.' })] };
    }
  };
}

function lookFirst({ spoken, results }: Scene, then: () => readonly ReplyBlock[]): Reply {
  if (spoken === 0) return { content: [callTool('look-up', { question: 'what is known of this feature' })] };
  const refused = results.find(({ failed, tool }) => failed && tool === 'hand-over');
  return { content: refused === undefined ? then() : [callTool('give-up', { report: `It was not taken: ${refused.text.slice(0, 800)}` })] };
}

function readTask({ turns }: Scene): Task {
  const first = turns[0]?.content[0];
  const text = first?.type === 'text' ? first.text : '';
  const project = readData(text, 'project.yaml');
  const {
    features = [],
    target,
    outputs = {},
    data = {},
    kaggle = {},
  } = project as Partial<Record<string, unknown>> & {
    features?: { name: string }[];
    target?: Task['target'];
    outputs?: Record<string, string>;
    data?: { testFrom?: string | null };
    kaggle?: { minutes?: number };
  };
  const part = /You work on the feature ([\w-]+), attempt/.exec(text)?.[1] ?? 'meta';
  return {
    text,
    part,
    attempt: Number(/attempt (\d+), in the experiment/.exec(text)?.[1] ?? 1),
    features: features.map(({ name }) => name),
    target: target ?? { file: '', column: '' },
    outputs: part === 'meta' ? [outputs['predictions'] ?? ''] : Object.values(outputs),
    testFrom: data.testFrom ?? null,
    minutes: kaggle.minutes ?? 10,
    hasResearch: text.includes('<data from="research">'),
    measured: [...text.matchAll(/^- (\w+) (-?\d[\d.e+-]*): (?:not )?passed$/gm)].map(([, id = '', value]) => ({
      id,
      value: Number(value),
    })),
  };
}

function readData(text: string, from: string): Record<string, unknown> {
  const start = text.indexOf(`<data from="${from}">\n`);
  const body = start < 0 ? '{}' : text.slice(text.indexOf('\n', start) + 1, text.indexOf('\n</data>', start));
  return JSON.parse(body) as Record<string, unknown>;
}

function askFor({ features, target }: Task): Record<string, unknown> {
  return {
    summary: 'The target is one row ahead; everything else is known the evening before.',
    goal: 'Say before the day begins which way it will go.',
    target: {
      name: target.column,
      definition: `${target.column} of ${target.file}, dated by the day it is decided`,
      horizon: 1,
      unit: 'share',
    },
    features: features.map((name) => ({ name, why: 'The project asks for it.', known: 'The evening before.' })),
    constraints: [],
    openQuestions: [],
  };
}

function research({ target }: Task, falsely: boolean): Record<string, unknown> {
  const good = {
    id: 'c1',
    statement: `${target.file} holds the target as ${target.column}`,
    probe: { kind: 'column', file: target.file, column: target.column },
    matters: 'Without it there is nothing to learn.',
  };
  const wrong = {
    id: 'c2',
    statement: `${target.file} also holds its volume`,
    probe: { kind: 'column', file: target.file, column: 'volume_of_nothing' },
    matters: 'Regimes would be found by volume.',
  };
  const shap = {
    id: 'c3',
    statement: 'The image has scikit-learn',
    probe: { kind: 'package', module: 'sklearn' },
    matters: 'Another library would have to be installed.',
  };
  return { summary: 'The data hold what is needed.', claims: falsely ? [good, wrong, shap] : [good, shap], unknown: [] };
}

function design(task: Task): Record<string, unknown> {
  const { part, target, outputs, testFrom, minutes, hasResearch, text } = task;
  const ids = [...new Set([...text.matchAll(/"id": "(c\d+)"/g)].map((match) => match[1] ?? ''))];
  const checks = ids.map((claim) => ({ claim, why: 'Its probe says it.' }));
  const before = (days: number): string => new Date(Date.parse(testFrom ?? '2024-01-01') - days * 86_400_000).toISOString().slice(0, 10);
  const refuted = text.includes('volume_of_nothing') && hasResearch;
  const plan = {
    summary: `A distance from the trailing mean for ${part}.`,
    part,
    hypothesis: `The distance of ${part} from its mean of ${10 + task.attempt} rows says how stretched it is.`,
    data: [{ file: target.file, columns: [target.column], knownAfter: 1 }],
    construction: [
      {
        name: 'distance',
        from: [{ file: target.file, column: target.column }],
        how: 'Value less trailing mean, over trailing deviation.',
        lag: 1,
        window: 10 + task.attempt,
        fittedOn: 'nothing',
      },
    ],
    model: { family: 'ridge', library: 'scikit-learn', why: 'Few rows, much noise.' },
    search: { parameters: [], trials: 1, objective: 'Nothing is searched.' },
    validation: { scheme: 'walk-forward, expanding', folds: 3, trainUntil: before(200), validateUntil: before(2), embargo: 1 },
    outputs: outputs.map((file) => ({ file, columns: ['date'] })),
    minutes: Math.min(5, minutes),
    risks: ['The distance may say nothing; gate 2 would show it.'],
  };
  return {
    factCheck: hasResearch ? { summary: 'Each claim was probed.', checks } : null,
    design: refuted ? null : plan,
  };
}

function buildData({ data = { script: '', files: [] } }: LoopTeam): Record<string, unknown> {
  return {
    summary: `${data.files.length} files are made by a script of ${data.script.split('\n').length} lines.`,
    script: data.script,
    files: data.files.map(({ path, columns, from }) => ({
      path,
      dateColumn: 'date',
      columns: columns.map((name) => ({ name, unit: 'share', meaning: `What the project calls ${name}.` })),
      from,
      rows: 100,
      origin: 'Made by the script itself.',
    })),
    hosts: [],
    secrets: [],
  };
}

/** Tries its drafts in order; the answer to each says what to mend. */
function buildModel({ spoken, results }: Scene, { part, attempt, minutes }: Task, team: LoopTeam): Reply {
  const drafts = team.drafts ?? [];
  const cells = spoken < drafts.length ? drafts[spoken] : team.writeNotebook(part, attempt);
  const refused = results.find(({ failed, tool }) => failed && tool === 'hand-over');
  if (refused !== undefined && spoken > drafts.length)
    return { content: [callTool('give-up', { report: `It was not taken: ${refused.text.slice(0, 800)}` })] };
  if (spoken === 0) return { content: [callTool('check-notebook', { cells })] };
  const summary = `Attempt ${attempt} of ${part}, as designed.`;
  return { content: [callTool('hand-over', { summary, part, cells, minutes: Math.min(5, minutes) })] };
}

function explain({ part, measured, text }: Task, boast: string | undefined): Record<string, unknown> {
  const worst = measured[0] ?? { id: 'direction_accuracy', value: 0 };
  const failed = [...text.matchAll(/^- ([\w-]+ \d+): /gm)].map((match) => match[1] ?? '').filter((name) => name.startsWith(`${part} `));
  return {
    summary: boast ?? `${worst.id} is ${worst.value}.`,
    part,
    diagnosis: [{ check: worst.id, value: worst.value, why: 'The window is too short to tell a state from noise.' }],
    change: { agent: 'builder-model', what: 'A window of another length for the distance.', why: 'It is the only thing that was chosen.' },
    expected: { check: worst.id, value: worst.value, why: 'A longer window averages more.' },
    differsFrom: failed.map((attempt) => ({ attempt, how: 'Another length of the window.' })),
    worthIt: 'go on',
  };
}
