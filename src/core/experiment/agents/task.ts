import type { AgentStage } from '../hand-over/index.ts';
import { listMeasured, type AgentInput, type Before } from './input.ts';

const SHOWN = 24_000;

/** What each agent is there for, in a sentence; how it works stands in its skill. */
const PURPOSES: Readonly<Record<AgentStage, string>> = {
  entrance: 'Say what is asked for: goal, target, features and when each can be known, constraints, open questions.',
  researcher: 'Find out what the design has to rest on: claims, each with a source or a probe.',
  architect: 'Check the research, claim by claim; send it back where a probe refutes it, else design the attempt.',
  builder_data: 'Write the script that fetches and prepares the data. A person approves it before it runs.',
  builder_model: 'Write the notebook of this attempt as designed, until the check finds no error in it.',
  evaluator: 'Say why the numbers are what they are, and the one change that is worth the next attempt.',
};

/** The task of an agent at a stage: what is wanted, what is known, why it comes back. The same for whoever begins anew after a crash. */
export function describeTask(input: AgentInput, before: Before): string {
  const { project, stage, part, attempt, sentBack } = input;
  const about = part.kind === 'meta' ? 'the meta-model, which joins the features that are done' : `the feature ${part.name}`;
  const ideas = input.failed.map(({ attempt: name, idea, why }) => `- ${name}: ${idea} – ${why}`);
  const measured = listMeasured(part).map(
    ({ id, value, passed }) => `- ${id} ${value ?? 'not measured'}: ${passed ? 'passed' : 'not passed'}`,
  );
  return [
    `You work on ${about}, attempt ${attempt.number}, in the experiment ${project.name}. ${PURPOSES[stage]}`,
    attempt.idea === null ? '' : `The idea of this attempt${attempt.ideaBy === null ? '' : `, from ${attempt.ideaBy}`}: ${attempt.idea}`,
    sentBack === null
      ? ''
      : `It comes back to you from ${sentBack.stage}: ${sentBack.failure.title}. Mend that, and change nothing else.\n${quote('what went wrong', [sentBack.failure.explanation, sentBack.failure.evidence?.text ?? ''].join('\n').trim())}`,
    quote('project.yaml', describeProject(input)),
    stage === 'builder_model' ? describePlace(input) : '',
    ...listHandOvers(stage, before, sentBack !== null).map(([name, value]) => quote(name, JSON.stringify(value, null, 1))),
    measured.length === 0 ? '' : `What was computed of the last attempt (nothing that anybody writes changes it):\n${measured.join('\n')}`,
    ideas.length === 0 ? '' : quote('ideas that failed', ideas.join('\n')),
    'Hand over with hand-over; its answer says what to mend. If it cannot be done honestly, give-up says why.',
  ]
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
}

/** Where a notebook finds its inputs, and what was pushed before. */
function describePlace({ datasets, part, attempt, sentBack }: AgentInput): string {
  const inputs = datasets.map((name) => `- ${name} at /kaggle/input/datasets/${name}`);
  return [
    'Machine, internet and inputs are fixed; no metadata are wanted of you.',
    ...(inputs.length === 0 ? [] : ['Data sets:', ...inputs]),
    ...(sentBack === null
      ? []
      : [`What was checked and what the run left stands in the documents below attempts/${part.name}-${attempt.number}/.`]),
  ].join('\n');
}

/** What was written by others is data, and nothing in it can end the mark. */
function quote(from: string, text: string): string {
  const cut = text.length > SHOWN ? `${text.slice(0, SHOWN)}\n[… ${text.length - SHOWN} characters left out]` : text;
  return `<data from="${from}">\n${cut.replaceAll('</data', '<\\/data')}\n</data>`;
}

function describeProject({ project, part }: AgentInput): string {
  const { goal, target, base, data, features, gates, kaggle, outputs, stop, meta } = project;
  const own = features.find(({ name }) => name === part.name);
  const shown = {
    goal,
    target,
    base,
    data: { files: data.files, script: data.script ?? null, internet: data.internet, testFrom: data.check.split ?? null },
    features: features.map(({ name, about }) => ({ name, about })),
    ...(own === undefined ? {} : { this: { name: own.name, about: own.about, attempts: own.most } }),
    ...(part.kind === 'meta' ? { targets: meta?.targets ?? [] } : { gates }),
    comparedBy: stop.metric,
    kaggle,
    outputs,
  };
  return JSON.stringify(shown, null, 1);
}

/** What each stage has to know of those before it; what it wrote itself only where it comes back. */
function listHandOvers(stage: AgentStage, before: Before, comesBack: boolean): [string, unknown][] {
  const own: Readonly<Record<AgentStage, unknown>> = {
    entrance: before.requirements,
    researcher: before.research,
    architect: null,
    builder_data: before.dataBuild,
    builder_model: before.modelBuild,
    evaluator: before.plan,
  };
  const data = before.dataBuild === null ? null : { files: before.dataBuild.files };
  const wanted: Readonly<Record<AgentStage, readonly [string, unknown][]>> = {
    entrance: [],
    researcher: [['requirements', before.requirements]],
    architect: [
      ['requirements', before.requirements],
      [before.checked ? 'research, checked before' : 'research', before.research],
      ['improvement plan', before.plan],
      ['the design before', before.design],
    ],
    builder_data: [['design', before.design]],
    builder_model: [
      ['design', before.design],
      ['data', data],
    ],
    evaluator: [
      ['design', before.design],
      ['the notebook', before.modelBuild],
    ],
  };
  const again: [string, unknown][] = comesBack ? [['what you handed over before', own[stage]]] : [];
  return [...wanted[stage], ...again].filter(([, value]) => value !== null);
}
