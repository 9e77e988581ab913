import type { StageAccess } from '../../src/agent/tool.ts';
import type { AgentPlace, AgentSession } from '../../src/core/agent-session/schema.ts';
import type { AcceptGround } from '../../src/core/experiment/agents/accept.ts';
import { listMeasured, readBefore, readBounds } from '../../src/core/experiment/agents/input.ts';
import { readAgentInput } from '../../src/core/experiment/agents/session.ts';
import { titleKernel } from '../../src/core/experiment/files.ts';
import { NOTEBOOK_FILE, renderNotebook } from '../../src/core/experiment/hand-over/model-build.ts';
import type { ReadGround } from '../../src/core/experiment/hand-over/research.ts';
import { buildKernel } from '../../src/core/experiment/kernel.ts';
import { listFailedIdeas } from '../../src/core/experiment/move.ts';
import { listProbedFiles } from '../../src/core/experiment/probes/answer.ts';
import type { Probe, ProbeAnswer } from '../../src/core/experiment/probes/schema.ts';
import { parseKernelId } from '../../src/core/kaggle/kernel-id.ts';
import type { Verdict } from '../../src/core/notebook/run-checks.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { runInThread } from '../../src/threads/run-in-thread.ts';
import type { WorkerContext } from '../context.ts';
import type { CodeJob } from '../threads/check-code.ts';
import lookAtTables, { type DataJob, type DataReading } from '../threads/look-at-data.ts';
import { findDataFolder, requireOpen } from './folders.ts';
import { listInputs, listOutputs, listPassedKernels } from './kernel.ts';

const CODE_MS = 60_000;
const DATA_MS = 120_000;

export interface StageRequest {
  readonly context: WorkerContext;
  readonly state: RunState;
  readonly place: AgentPlace;
  readonly signal: AbortSignal;
}

/** What an agent may look at from its stage. */
export function openStage(request: StageRequest): StageAccess {
  return {
    probe: async (probe) => (await answerProbes(request, [probe]))[0] ?? { as: 'unknown', found: 'Nothing was read.' },
    checkNotebook: (cells) => checkCells(request, cells),
    describeData: async () => {
      const { project } = requireOpen(request.state);
      return (await lookAtData(request, { files: project.data.files, probes: [] })).description;
    },
  };
}

/** What a hand-over from this place is held against. */
export function readGround({ state, place }: Pick<StageRequest, 'state' | 'place'>, read: ReadGround): AcceptGround {
  const exp = requireOpen(state);
  const failures = listFailedIdeas(exp);
  const input = readAgentInput(exp, place, failures);
  if (input === null) throw new Error(`run ${state.id} has no attempt ${place.attempt} of ${place.part}`);
  const before = readBefore(input);
  return {
    bounds: readBounds(input, before),
    before,
    read,
    measured: { part: place.part, checks: listMeasured(input.part), failures },
  };
}

/** What the session read that a hand-over may refer to. */
export function listRead({ calls }: AgentSession): ReadGround {
  const done = calls.filter(({ status, result }) => status === 'done' && result?.failed === false);
  return {
    notes: done.filter(({ name }) => name === 'look-up').map(({ result }) => result?.text ?? ''),
    documents: done.flatMap(({ name, input, result }) => {
      const named = name === 'document' ? input['name'] : name === 'read' ? input['path'] : undefined;
      return typeof named === 'string' ? [{ name: named, text: result?.text ?? '' }] : [];
    }),
  };
}

/** Answers in the order of the probes. */
export async function answerProbes(request: StageRequest, probes: readonly Probe[]): Promise<readonly ProbeAnswer[]> {
  return (await lookAtData(request, { files: [], probes })).answers;
}

/** The check over a notebook of these cells, with the settings that it would be pushed with. */
export async function checkCells(request: StageRequest, cells: readonly string[]): Promise<Verdict> {
  const { context, state, place } = request;
  const exp = requireOpen(state);
  const built = buildKernel({
    files: [{ path: NOTEBOOK_FILE, content: renderNotebook(cells) }],
    params: null,
    title: titleKernel(state.id, place.part, place.attempt),
    terms: exp.terms,
    machine: exp.project.kaggle.machine,
    kernels: place.part === 'meta' ? listPassedKernels(exp) : [],
  });
  if (!built.ok) return refuseKernel(built.why);
  const { kernel } = built;
  const files = [
    { path: 'kernel-metadata.json', content: kernel.metadataText },
    { path: kernel.codeFile, content: kernel.source },
    { path: 'expected-outputs.json', content: JSON.stringify(listOutputs(exp.project, place.part)) },
  ];
  return checkCode(request, { files, inputs: listInputs(context, state), as: 'kernel' });
}

function refuseKernel(message: string): Verdict {
  const error = { check: 'kernel-metadata', level: 'error' as const, message, cell: null, line: null, fix: '' };
  return { passed: false, errors: [error], warnings: [] };
}

/** The check over a script that is to fetch data. */
export async function checkScript(request: StageRequest, script: string): Promise<Verdict> {
  return checkCode(request, { files: [{ path: 'script.py', content: script }], inputs: [], as: 'script' });
}

async function checkCode({ signal }: StageRequest, job: CodeJob): Promise<Verdict> {
  const limits = { signal, timeoutMs: CODE_MS, doing: 'checking what the agent wrote' };
  return runInThread<Verdict>(new URL('../threads/check-code.ts', import.meta.url), job, limits);
}

async function lookAtData(
  { context, state, signal }: StageRequest,
  { files, probes }: Pick<DataJob, 'files' | 'probes'>,
): Promise<DataReading> {
  const asked = [...new Set(probes.flatMap((probe) => (probe.kind === 'dataset' ? [probe.dataset] : [])))];
  const job: DataJob = {
    folder: findDataFolder(context, state),
    files,
    probes,
    datasets: await askKaggle(context, asked, signal),
    testFrom: requireOpen(state).project.data.check.split ?? null,
  };
  // A thread is worth its start only where a file has to be read.
  if (files.length === 0 && probes.every((probe) => listProbedFiles(probe).length === 0)) return lookAtTables(job);
  const limits = { signal, timeoutMs: DATA_MS, doing: 'looking at the data' };
  return runInThread<DataReading>(new URL('../threads/look-at-data.ts', import.meta.url), job, limits);
}

/** What the account sees of these data sets; nothing where there is no account, so that their probes stay open. */
async function askKaggle({ kaggle }: WorkerContext, names: readonly string[], signal: AbortSignal): Promise<DataJob['datasets']> {
  if (kaggle === null) return [];
  const states: [string, string | null][] = [];
  for (const name of names) {
    const id = parseKernelId(name);
    if (id !== null) states.push([name, await kaggle.datasetState(id, signal)]);
  }
  return states;
}
