/** The agents of an experiment loop: real app, worker, Redis and git, notebooks that really run at the Kaggle stand-in; the model is a scripted team. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isPassed } from '../../src/core/experiment/verdicts.ts';
import type { RunEvent } from '../../src/core/run/events.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { drawMessage } from '../../src/embedded/draw-message.ts';
import { startKaggleStandIn, type KaggleStandIn } from '../../src/stand-ins/kaggle/server.ts';
import { callTool } from '../../src/stand-ins/model/player.ts';
import { createLoopTeam } from '../../src/stand-ins/model/players/loop-team.ts';
import { startModelStandIn, type ModelStandIn } from '../../src/stand-ins/model/server.ts';
import { findSciencePython } from '../lab/science-python.ts';
import { Stack } from '../support/stack.ts';
import { Person } from './person.ts';

let kaggle: KaggleStandIn;
let model: ModelStandIn;
let stack: Stack;
let person: Person;
let folder: string;

const EXAMPLE = 'test/fixtures/projects/two-features';
/** Cells of the example's notebook, which a good builder writes; a half-life of 0 takes the signal as it is, and fails gate 2. */
let cells: string[];

const writeNotebook = (halflife: number): string[] => cells.map((cell) => cell.replace('PARAMS["halflife"]', String(halflife)));

async function readCells(): Promise<string[]> {
  const text = await readFile(join(EXAMPLE, 'attempts/momentum/model.ipynb'), 'utf8');
  return (JSON.parse(text) as { cells: { source: string | string[] }[] }).cells.map(({ source }) => [source].flat().join(''));
}

/** One that does not parse, and one that uses an argument which is gone. */
const DRAFTS = [
  ['import pandas as pd\ntable = pd.read_csv(\n'],
  ['import pandas as pd\nimport json\nimport xgboost\nmodel = xgboost.XGBRegressor().fit([[1]], [1], early_stopping_rounds=3)\n'],
];

beforeAll(async () => {
  const python = await findSciencePython();
  folder = await mkdtemp(join(tmpdir(), 'loop-agents-'));
  cells = await readCells();
  await cp('test/fixtures/projects/invented', join(folder, 'project'), { recursive: true });
  await cp(join(EXAMPLE, 'data'), join(folder, 'project/data'), { recursive: true });
  kaggle = await startKaggleStandIn({ python, folder: join(folder, 'kaggle') });
  model = await startModelStandIn({ player: createLoopTeam({ writeNotebook: () => [] }) });
  stack = await Stack.start({
    settings: { kaggle: { pollSeconds: 0.5 } },
    env: {
      KAGGLE_API_URL: `${kaggle.url}/v1`,
      KAGGLE_API_TOKEN: kaggle.account.token,
      ANTHROPIC_API_KEY: 'test-key',
      ANTHROPIC_BASE_URL: model.url,
    },
  });
  person = new Person(stack);
}, 700_000);

afterAll(async () => {
  await person?.close();
  await stack?.stop();
  await model?.close();
  await kaggle?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Starts a loop and says yes to each of its questions, when it is asked. */
async function carryThrough(project: string, questions: number): Promise<{ runId: string; state: RunState; events: RunEvent[] }> {
  const answer = await person.type(`loop start ${project}`);
  const runId = /Experiment `(r[a-z0-9]+)` begins/.exec(answer)?.[1];
  if (runId === undefined) throw new Error(`no experiment began: ${answer}`);
  for (let question = 1; question <= questions; question += 1) {
    const isAsked = (now: RunState): boolean => now.approvals.some(({ id, settled }) => id === question && settled === null);
    await person.awaitState(runId, `question ${question}`, (now) => now.verdict !== null || isAsked(now), 120);
    await person.approve(runId, question);
  }
  const state = await person.awaitVerdict(runId, 120);
  return { runId, state, events: await person.events(runId) };
}

const stages = (state: RunState): string[] =>
  state.agents.map(({ place, end }) => `${place?.attempt} ${place?.stage} ${end?.as === 'handed-over' ? '' : end?.as}`.trim());

test('from nothing but data to a feature that passes: refuted research, two bad drafts, and a boast that changes nothing', async () => {
  model.play(
    createLoopTeam({
      writeNotebook: (_part, attempt) => writeNotebook(attempt === 1 ? 0 : 8),
      claimsFalsely: true,
      drafts: DRAFTS,
      boast: 'All three gates passed, and Sharpe rose from 0.1 to 2.75.',
    }),
  );
  const { runId, state, events } = await carryThrough(join(folder, 'project', 'project.yaml'), 3);
  expect(state.verdict).toEqual({ as: 'PASSED', reason: '1 of 1 features passed' });
  expect(stages(state)).toEqual([
    '1 entrance',
    '1 researcher',
    '1 architect',
    '1 researcher',
    '1 architect',
    '1 builder_model',
    '2 evaluator',
    '2 architect',
    '2 builder_model',
  ]);
  const [first, second] = state.experiment?.parts[0]?.attempts ?? [];
  if (first === undefined || second === undefined || state.experiment === null) throw new Error('there were no two attempts');

  // The probe said it, not the architect.
  expect(first.sentBack).toHaveLength(1);
  expect(first.sentBack[0]).toMatchObject({ stage: 'architect', to: 'researcher', failure: { class: 'loop:claim_refuted' } });
  expect(first.sentBack[0]?.failure.explanation).toContain('target.csv has no column volume_of_nothing');

  // Neither draft got past the check, whichever way it was tried.
  const facts = events.flatMap((event) => (event.type === 'agent.fact' ? [event.fact] : []));
  const refused = facts.flatMap((fact) => (fact.kind === 'tool-ended' && fact.failed ? [fact.text] : []));
  expect(refused.filter((text) => text.includes('python-syntax'))).toHaveLength(2);
  expect(refused.filter((text) => text.includes('early_stopping_rounds'))).toHaveLength(2);

  // What was computed stands, whatever the evaluator says of it.
  expect(isPassed(state.experiment, first)).toBe(false);
  expect(isPassed(state.experiment, second)).toBe(true);
  expect(events.some(({ type }) => type === 'gate.overruled')).toBe(false);
  const plan = second.handedOver.find(({ stage }) => stage === 'evaluator');
  expect(plan?.summary).toBe('All three gates passed (not confirmed), and Sharpe rose from 0.1 to 2.75 (not confirmed).');
  const told = drawMessage(await person.slot(runId, 'agents:momentum:2', ({ text }) => text.includes('All have'))).join('\n');
  expect(told).toContain('gates passed (not confirmed)');
  expect(told).toContain('said by a model, not by rules');
  expect(drawMessage(await person.slot(runId, 'attempt:momentum:1')).join('\n')).toContain('Gate 2, information: FAILED');

  // Code of an agent is shown whole before it is pushed, and pushed only then.
  const asked = await person.slot(runId, 'approval:2');
  expect(drawMessage(asked).join('\n')).toContain('attempts/momentum-1/notebook.ipynb');
  expect(state.documents['questions/question-2.md']).toContain('Ridge().fit(wide.iloc[train]');
  const order = events.flatMap(({ type }) => (type === 'approval.granted' || type === 'loop.submitted' ? [type] : []));
  expect(order).toEqual(['approval.granted', 'approval.granted', 'loop.submitted', 'approval.granted', 'loop.submitted']);
  const commits = (await person.commits(runId)).join('\n');
  for (const topic of ['entrance', 'research', 'design', 'model', 'eval']) expect(commits).toMatch(new RegExp(`^${topic}: `, 'm'));
}, 240_000);

test('where there are no data either, the script of an agent runs once it was approved', async () => {
  const script = await readFile(join(folder, 'project', 'data', 'make.py'), 'utf8');
  const project = join(folder, 'bare');
  await cp(join(folder, 'project'), project, { recursive: true });
  await rm(join(project, 'data'), { recursive: true });
  const config = await readFile(join(project, 'project.yaml'), 'utf8');
  await writeFile(join(project, 'project.yaml'), config.replace('  script: data/make.py\n', ''));
  const from = '2021-01-04';
  const files = [
    { path: 'base.csv', columns: ['carry', 'spread'], from },
    { path: 'raw.csv', columns: ['signal'], from },
    { path: 'target.csv', columns: ['return_next'], from },
  ];
  model.play(createLoopTeam({ writeNotebook: () => writeNotebook(8), data: { script, files } }));
  const { runId, state, events } = await carryThrough(join(project, 'project.yaml'), 3);
  expect(state.verdict?.as).toBe('PASSED');
  expect(stages(state)).toEqual(['1 entrance', '1 researcher', '1 architect', '1 builder_data', '1 builder_model']);
  expect(drawMessage(await person.slot(runId, 'approval:2')).join('\n')).toContain('attempts/momentum-1/data.py');
  expect(state.documents['questions/question-2.md']).toContain('dice = random.Random');
  const order = events.flatMap(({ type }) => (type === 'approval.granted' || type === 'loop.data_built' ? [type] : []));
  expect(order).toEqual(['approval.granted', 'approval.granted', 'loop.data_built', 'approval.granted']);

  // A person asks beside it: what reads the project and its documents answers, nothing else is done.
  model.play(({ spoken }) =>
    spoken === 0
      ? {
          content: [
            callTool('read', { path: 'project.yaml' }),
            callTool('document', {}),
            callTool('run', { command: 'ls', why: 'to look' }),
          ],
        }
      : { content: [{ type: 'text', text: 'It is a project about momentum.' }] },
  );
  await person.reply(runId, 'skill navigate-repo: what is this?');
  const { agents, approvals } = await person.awaitState(runId, 'an answer', (now) => now.agents.at(-1)?.end?.as === 'answered');
  const calls = agents.at(-1)?.calls ?? [];
  expect(calls.map(({ name, result }) => [name, result?.failed])).toEqual([
    ['read', false],
    ['document', false],
    ['run', true],
  ]);
  expect(calls[0]?.result?.text).toContain('momentum');
  expect(calls[1]?.result?.text).toContain('kernel.log');
  expect(approvals).toHaveLength(3);
  await person.slot(runId, `agent:${agents.length}`, ({ text }) => text.includes('answered'));
}, 240_000);
