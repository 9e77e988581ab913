import { randomUUID } from 'node:crypto';
import { ACTS, describeHandOver } from '../../src/agent/acts.ts';
import { describeNotes } from '../../src/agent/knowledge.ts';
import { workOn } from '../../src/agent/loop.ts';
import { RULES } from '../../src/agent/rules.ts';
import { listReferences, listSkills, readHouseRules, readInstructions, readReference, type Skill } from '../../src/agent/skills.ts';
import { describeTool, type Tool, type ToolContext } from '../../src/agent/tool.ts';
import { cutOutput } from '../../src/core/agent-session/cut-output.ts';
import type { Stage } from '../../src/core/agent-session/request.ts';
import type { AgentFact, AgentSession } from '../../src/core/agent-session/schema.ts';
import { describeBlock } from '../../src/core/ledger/budget.ts';
import { redactText } from '../../src/core/redact.ts';
import { listReadingTools } from '../../src/core/run/call-skill.ts';
import { findLastJob, findSession, type RunState } from '../../src/core/run/state.ts';
import { findWatchedItem } from '../../src/core/run/watch.ts';
import { ReprobotError } from '../../src/errors.ts';
import { runInThread } from '../../src/threads/run-in-thread.ts';
import { act } from '../agent-acts.ts';
import type { WorkerContext } from '../context.ts';
import { expectedOf } from '../expected.ts';
import { projectFolder } from '../experiment/folders.ts';
import { openStage } from '../experiment/stage-access.ts';
import { defineEffect, type EffectRequest } from '../processor.ts';
import { readJobLog, readWatchedLog } from '../read-log.ts';
import type { LogJob, LogReading } from '../threads/examine-log.ts';
import { cloneFolder, ensureClone, readMap } from '../workspace.ts';

/** Characters of the map that every question to the model carries. */
const MAP_SHOWN = 12_000;
const MEMORY_SHOWN = 10_000;
const EXAMINE_TIMEOUT_MS = 120_000;
/** The end of a log that is somebody else’s. */
const WATCHED_BYTES = 1_000_000;

type Agent = NonNullable<WorkerContext['agent']>;

export default defineEffect('run-agent', doSession, 'agent');

/** Works on the run's session until it waits or ends; what came of it is in the journal already. */
async function doSession(request: EffectRequest): Promise<null> {
  const { context, state, signal } = request;
  const session = findSession(state);
  const { agent, settings } = context;
  if (session === undefined) return null;
  const record = (facts: readonly AgentFact[]): Promise<AgentSession | null> => applyFacts(context, state.id, session.id, facts);
  if (agent === null) {
    await record([{ kind: 'ended', as: 'stopped', report: 'there is no key for a model any more', proposal: null }]);
    return null;
  }
  // What has begun is brought to its end; only a new session asks whether there is money for it.
  const block = session.turns.length === 0 ? await context.budgets.findBlock(state.request.channel, 'dollars') : null;
  // A loop without its agents has nothing to go on with: it waits for the answer about the budget.
  if (block !== null && state.experiment !== null && !session.aside)
    throw new ReprobotError({
      code: 'budget.used-up',
      doing: 'asking a model',
      why: 'the project’s budget for models is used up; the question about it stands in the channel, `/hpc budget` shows it',
    });
  if (block !== null) {
    await record([{ kind: 'ended', as: 'stopped', report: `no model was asked, because ${describeBlock(block)}`, proposal: null }]);
    return null;
  }
  // The project of an experiment is the copy that was approved, and is brought by its own effect; a watch is about no repository.
  if (state.experiment === null && state.watch === null) await ensureClone(context, state, signal);
  const skills = await listSkills(agent.skillFolders);
  const skill = skills.find((item) => item.name === session.skill);
  if (skill === undefined) {
    await record([{ kind: 'ended', as: 'stopped', report: `there is no skill ${session.skill} any more`, proposal: null }]);
    return null;
  }
  const reading = listReadingTools(state, session);
  const isKept = (name: string): boolean => reading?.includes(name) ?? true;
  const tools = new Map([...agent.tools].filter(([name]) => isKept(name)));
  await workOn(session, {
    record,
    model: agent.model,
    models: settings.model,
    effort: settings.model.effort,
    tier: skill.tier,
    stage: await setStage(context, state, session, skill, [...tools.values(), ...ACTS.filter(({ name }) => isKept(name))]),
    tools,
    context: openTools(request, agent, session, skill),
    act: async (now, call) => {
      if (!isKept(call.name)) return undefined;
      // What a person approved a moment ago is in the journal, not in the state this work began with.
      const newest = (await context.runs.load(state.id)) ?? state;
      const put = async (facts: readonly AgentFact[]): Promise<boolean> => (await record(facts)) !== null;
      return act({ context, here: agent.here, state: newest, session: now, call, signal, record: put });
    },
    redact: redactText,
    now: context.now,
    signal,
  });
  return null;
}

/** Null when the facts no longer fit, or the session is over after them. */
async function applyFacts(
  context: WorkerContext,
  runId: string,
  session: string,
  facts: readonly AgentFact[],
): Promise<AgentSession | null> {
  const id = `agent:${runId}:${session}:${randomUUID()}`;
  const applied = await context.runs.apply(runId, { kind: 'agent', id, at: context.now(), session, facts: [...facts] });
  if (applied.outcome !== 'applied' || applied.state === null) return null;
  return findSession(applied.state) ?? null;
}

/** What every question of this session begins with; the same words each time, so that they are read from the cache. */
async function setStage(
  context: WorkerContext,
  state: RunState,
  session: AgentSession,
  skill: Skill,
  usable: readonly Pick<Tool, 'name' | 'description' | 'input'>[],
): Promise<Stage> {
  const wanted = skill.tools.length === 0 ? null : new Set(skill.tools);
  const hasMore = (await listReferences(skill)).length > 0;
  const own = session.place === undefined ? [] : [describeHandOver(session.place.stage)];
  const known = [...usable, ...own].filter(({ name }) => (name === 'reference' ? hasMore : wanted === null || wanted.has(name)));
  const house = cutOutput((await readHouseRules(context.settings.model.skills)).trim(), 'people keep it short', MEMORY_SHOWN);
  const memory = redactText(cutOutput((await context.memory.read()).trim(), 'people keep it short', MEMORY_SHOWN));
  const map = state.documents['REPO_MAP.md'] ?? '';
  return {
    rules: RULES,
    skill: `Your skill: ${skill.name}\n\n${await readInstructions(skill)}`,
    background: [
      house === '' ? '' : `What this lab tells you (CLAUDE.md):\n${redactText(house)}`,
      memory === '' ? '' : `What this lab has learned to mind (MEMORY.md):\n${memory}`,
      map === ''
        ? ''
        : `The map of the repository:\n<data from="REPO_MAP.md">\n${cutOutput(map, 'use document for a section', MAP_SHOWN)}\n</data>`,
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
    tools: known.map(describeTool),
  };
}

function openTools({ context, state, signal }: EffectRequest, agent: Agent, { place }: AgentSession, skill: Skill): ToolContext {
  const { knowledge } = context;
  const readState = async (): Promise<RunState> => (await context.runs.load(state.id)) ?? state;
  return {
    readState,
    readMap: async () => (await readMap(context, state, signal)).map,
    repo: { host: agent.here, folder: state.experiment === null ? cloneFolder(context, state) : projectFolder(context, state) },
    readLog: async (job) => {
      const now = await readState();
      if (now.watch !== null) {
        const item = findWatchedItem(now.watch, job);
        if (item === null) return null;
        const { texts } = await readWatchedLog(context.browserOf(state.request.site), item, job ?? item.jobId, WATCHED_BYTES);
        return texts.length === 0 ? null : texts.join('\n');
      }
      const ref = findLastJob(now)?.ref;
      return ref === undefined || ref === null ? null : (await readJobLog(context.backendOf(state.request.site), ref)).text;
    },
    diagnose: async (log, job) => {
      const item = state.watch === null ? null : findWatchedItem(state.watch, job);
      const observation = item?.observation ?? findLastJob(state)?.observation ?? null;
      const seen = observation === null ? {} : { observation };
      const work: LogJob = { log, schedulerState: null, expected: expectedOf(state), ...seen };
      const limits = { signal, timeoutMs: EXAMINE_TIMEOUT_MS, doing: 'reading the log for the agent' };
      return (await runInThread<LogReading>(new URL('../threads/examine-log.ts', import.meta.url), work, limits)).diagnosis;
    },
    references: { list: () => listReferences(skill), read: (path) => readReference(skill, path) },
    knowledge: {
      search: async (question) => describeNotes(await knowledge.search(question)),
      add: async (note) => {
        const date = new Date(context.now()).toISOString().slice(0, 10);
        const { others } = await knowledge.add({ ...note, date, by: `run ${state.id}` });
        return others.length === 0 ? 'Kept, as not confirmed.' : `Kept, as not confirmed. It differs from:\n${describeNotes(others)}`;
      },
    },
    stage: place === undefined ? null : openStage({ context, state, place, signal }),
    signal,
  };
}
