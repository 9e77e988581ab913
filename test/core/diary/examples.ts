/** Journals that hold every type of event at least once. */
import { DEFAULT_LIMITS } from '../../../src/core/agent-session/limits.ts';
import type { AgentFact } from '../../../src/core/agent-session/schema.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { ada, begun, ended, makeFailure, makeLoss, makeOutput, makeProgress, research, runId, running, Walk } from '../run/builders.ts';

const base = { v: 1, at: begun + 9_000_000 } as const;
const when = { ...ended, startedAt: begun, endedAt: begun + 3_600_000, node: 'n01' };

/** A sample that dies of its memory, is changed by the remedy and comes through. */
export function walkOverFailure(): Walk {
  const walk = Walk.begin().do({ kind: 'open-thread', id: 't', at: begun, channel: research, ts: '1767603600.000100' }).toJob();
  walk
    .observe({ kind: 'active', state: 'pending', schedulerState: 'PENDING' })
    .observe(running)
    .observe(running, makeProgress({ current: 7 }));
  walk.observe({ ...when, outcome: 'failed', exitCode: 1 }, makeProgress({ loss: makeLoss([4.1, 3.4]), metrics: { acc: 0.5 } }));
  walk.fail(makeFailure());
  walk.do({ ...walk.next(), kind: 'note', by: ada, text: 'the card is small', ts: '1767603900.000200' });
  walk.work().approve().work().observe(running);
  const output = makeOutput(walk.state, 'examine-job');
  return walk.toEnd(output ?? undefined);
}

const fact = (one: AgentFact): RunEvent => ({ ...base, type: 'agent.fact', session: `${runId}.a1`, fact: one });
const call = { call: 'c1' };
export const FACTS: readonly AgentFact[] = [
  { kind: 'started', skill: 'fix-failure', tier: 'fast', task: 'mend it', limits: DEFAULT_LIMITS },
  {
    kind: 'turned',
    turn: 0,
    heard: 0,
    model: 'claude-haiku-5-5',
    content: [],
    stopReason: 'tool_use',
    usage: { input: 900, cacheRead: 100, cacheWrite: 0, output: 50 },
    dollars: 0.0123,
    seconds: 2,
  },
  { kind: 'tool-began', ...call, name: 'read' },
  { kind: 'tool-ended', ...call, text: 'x', failed: false, seconds: 1 },
  { kind: 'asked', ...call, question: 'Which column is the target?' },
  { kind: 'held', ...call, approval: 2 },
  { kind: 'allowed', ...call },
  { kind: 'edited', ...call },
  { kind: 'denied', ...call, by: ada, reason: 'not on this machine.' },
  { kind: 'told', by: ada, text: 'the last one', ts: null },
  { kind: 'reached-limit', limit: 'dollars' },
  { kind: 'extended', by: ada, limits: DEFAULT_LIMITS },
  { kind: 'compacted', before: 1, summary: 's' },
  { kind: 'delayed', why: 'the model does not answer' },
  { kind: 'adopted', by: ada },
  { kind: 'escalated', tier: 'strong', why: 'two diffs were refused' },
  { kind: 'ended', as: 'gave-up', report: '\nNo way was found.\nReally.', proposal: null },
];

/** Events that follow on any state of a reproduction. */
export function listOdd(): RunEvent[] {
  const step = { step: 'build-env', attempt: 2 } as const;
  return [
    { ...base, type: 'step.reset', step: 'build-env', why: 'resumed' },
    { ...base, type: 'step.delayed', ...step, why: 'the cluster does not answer', until: begun, needs: null },
    { ...base, type: 'step.delayed', ...step, why: 'nobody is logged in', until: begun, needs: 'login' },
    { ...base, type: 'step.retrying', ...step, until: begun, number: 2, of: 3, exclude: 'n07' },
    { ...base, type: 'approval.edited', id: 1, digest: 'd', by: ada, command: 'pip install torch==2.1' },
    { ...base, type: 'approval.expired', id: 1 },
    { ...base, type: 'approval.rejected', id: 1, by: ada, reason: 'too dear.', via: 'reply' },
    { ...base, type: 'approval.withdrawn', id: 1, why: 'the run was cancelled' },
    { ...base, type: 'access.refused', by: 'UEVE0000001', what: 'approve by reply' },
    { ...base, type: 'job.warned', change: { token: `${runId}-1`, kind: 'stall', words: 'No new line for 20 min.' } },
    { ...base, type: 'job.warned', change: { token: `${runId}-1`, kind: 'stall', words: null } },
    {
      ...base,
      type: 'job.observed',
      token: `${runId}-1`,
      observation: { kind: 'missing', why: 'the queue does not list it' },
      progress: null,
    },
    {
      ...base,
      type: 'plan.adjusted',
      adjustment: {
        packages: [],
        arguments: {},
        env: {},
        memoryFactor: 1,
        timeFactor: 1,
        patches: [{ diff: '--- a/a.py\n+++ b/a.py\n@@ -1 +1,2 @@\n-x\n+y\n+z\n', why: 'w' }],
      },
      why: 'change a.py: y is right',
    },
    { ...base, type: 'document.written', path: 'A.md', content: '# A' },
    { ...base, type: 'note.added', by: ada, text: 'token xoxb-1234567890-abcdefghij \u202e is\n not for here', ts: null },
    { ...base, type: 'cancel.requested', by: ada, reason: '' },
    { ...base, type: 'run.resumed', by: ada },
    ...FACTS.map(fact),
  ];
}

const token = 'watch-w1';
const empty = { token, progress: null, parts: null, logs: null, outputAt: null };

/** A watch of a job that fails. */
export function listWatch(): RunEvent[] {
  const asked = { token, jobId: '77', shape: 'single', name: 'train-vit', partition: 'gpu', submittedAt: begun } as const;
  const found = { token, final: true, usage: null, proposal: null };
  return [
    {
      ...base,
      type: 'watch.requested',
      runId,
      by: ada,
      channel: research,
      site: 'lab',
      target: { kind: 'job', id: '77' },
      items: [asked],
    },
    { ...base, type: 'watch.observed', looks: [{ ...empty, observation: { kind: 'no-information', why: 'the login node is away' } }] },
    { ...base, type: 'watch.observed', looks: [{ ...empty, observation: running }] },
    { ...base, type: 'watch.observed', looks: [{ ...empty, observation: { ...when, outcome: 'out-of-memory' } }] },
    { ...base, type: 'watch.examined', found: { ...found, final: false, looked: [] } },
    { ...base, type: 'watch.examined', found: { ...found, looked: [{ id: '77', failure: makeFailure() }] } },
    { ...base, type: 'run.finished', verdict: { as: 'ENDED', reason: 'job 77 out of memory' } },
  ];
}
