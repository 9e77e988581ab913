import { describe, expect, it } from 'vitest';
import type { HomeFacts } from '../../../src/core/home/facts.ts';
import { viewHome } from '../../../src/core/home/view.ts';
import type { Observation } from '../../../src/core/jobs/job.ts';
import { foldBudgets, judgeBudget } from '../../../src/core/ledger/budget.ts';
import { foldEvents } from '../../../src/core/run/fold.ts';
import { listQuestions } from '../../../src/core/run/questions.ts';
import type { Part } from '../../../src/core/run/slots.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import { renderLine, renderParts } from '../../../src/slack/blocks.ts';
import { validateView } from '../../../src/stand-ins/slack/view-validation.ts';
import { makeLoopJournal } from '../experiment/journal.ts';
import { ada, begun, ended, makeFailure, makeProgress, makeRequest, research, running, Walk } from '../run/builders.ts';

const ben = 'UBEN0000002';
const nothing: HomeFacts = { user: ada, now: begun, runs: [], questions: [], budgets: [], sites: [], quota: null, links: new Map() };

function make(state: RunState, id: string, by: string = ada): RunState {
  return { ...state, id, request: { ...state.request, by } };
}
/** The sections by their headings, as people read them. */
function read(parts: readonly Part[]): Record<string, string> {
  const sections: Record<string, string> = {};
  let heading = '';
  for (const part of parts) {
    if (part.kind === 'heading') heading = part.text;
    else if (part.kind === 'text' || part.kind === 'quiet')
      sections[heading] = [sections[heading] ?? '', ...part.lines.map(renderLine)].join('\n').trim();
    else if (part.kind === 'bar') sections[heading] = `${sections[heading] ?? ''}\n[${part.label}]`;
  }
  return sections;
}

const progress = makeProgress({ current: 10, total: 20, fraction: 0.5 });
const going = make(Walk.begin().toJob().observe(running, progress).state, 'rgoing');
const asking = make(Walk.begin().toFirstQuestion().state, 'rasking', ben);
const over = make(Walk.begin().toJob().toEnd().state, 'rover');
const failed = make(Walk.begin().fail(makeFailure({ remedy: null })).state, 'rfailed', ben);
const again = make(Walk.begin().fail(makeFailure({ remedy: null })).state, 'ragain', ben);

describe('Home', () => {
  it('of somebody new says what to do', () => {
    expect(read(viewHome(nothing))).toMatchInlineSnapshot(`
      {
        "My runs": "None yet. Type \`/hpc reproduce &lt;git-url&gt;\` in a channel that I am in.",
        "Quotas and budgets": "No budget is set; \`/hpc budget\` sets one for a channel.",
        "Waiting for you": "Nothing. Nobody waits for an answer of yours.",
      }
    `);
  });

  it('shows what waits, what is mine, the clusters, the budgets and the failures', () => {
    const [budget] = foldBudgets([
      { v: 1, type: 'budget.set', at: begun, id: 's', by: ada, kind: 'gpu-hours', amount: 10, span: 'week' },
    ]).now;
    if (budget === undefined) throw new Error('no budget');
    const used = { at: begun, kind: 'gpu-hours' as const, about: 'local', job: '', amount: 12, cached: 0, dollars: null, soFar: false };
    const row = {
      ...used,
      project: research,
      run: 'r',
      person: ada,
      outcome: '',
      source: { of: 'run' as const, id: 'r', version: 1, event: '' },
    };
    const facts: HomeFacts = {
      ...nothing,
      now: begun + 3_600_000,
      runs: [going, asking, over, failed, again],
      questions: listQuestions(asking).map((question) => ({ state: asking, question })),
      budgets: [{ project: research, channel: research, answers: true, standing: judgeBudget(budget, [row], begun + 60_000) }],
      sites: [
        { id: 'local', seenAt: begun + 421_000, silences: 0 },
        { id: 'lumi', seenAt: begun, silences: 3 },
        { id: 'olivia', seenAt: null, silences: 0 },
      ],
      quota: {
        at: begun,
        quota: {
          gpu: { usedSeconds: 36_000, reservedSeconds: 3_600, totalSeconds: 108_000 },
          tpu: { usedSeconds: 0, reservedSeconds: 0, totalSeconds: 0 },
          refreshAt: null,
        },
      },
      links: new Map([
        ['rgoing', 'https://lab.slack.com/archives/C1/p1'],
        ['rasking', 'https://lab.slack.com/archives/C1/p2'],
      ]),
    };
    expect(read(viewHome(facts))).toMatchInlineSnapshot(`
      {
        "Clusters": "• *local* – 1 running (all mine), last seen about <!date^1767603900^{date_short_pretty} {time}|2026-01-05 09:05 UTC>
      • *lumi* – no jobs that I follow, does not answer; last seen about <!date^1767603600^{date_short_pretty} {time}|2026-01-05 09:00 UTC>
      • *olivia* – no jobs that I follow",
        "Failures of the last week": "• *The GPU ran out of memory* (2 times) – *karpathy/minGPT*, <!date^1767603660^{date_short_pretty} {time}|2026-01-05 09:01 UTC>",
        "My runs": "<https://lab.slack.com/archives/C1/p1|karpathy/minGPT> on local – *Running*
      [step 10 of 20]
      • READY – *karpathy/minGPT* on local, <!date^1767604200^{date_short_pretty} {time}|2026-01-05 09:10 UTC>",
        "Quotas and budgets": "• <#CRESEARCH01>: 12 of 10 GPU hours this week (120 %) – used up, no new work
      • Kaggle, GPU: 10.0 h of 30.0 h used this week, 1.0 h more held by running sessions, 19.0 h left, as of <!date^1767603600^{date_short_pretty} {time}|2026-01-05 09:00 UTC>",
        "Waiting for you (2)": "*Build the environment on local* – <https://lab.slack.com/archives/C1/p2|karpathy/minGPT> on local
      asked <!date^1767603780^{date_short_pretty} {time}|2026-01-05 09:03 UTC> for a run of <@UBEN0000002>
      *A budget is used up*: 12 of 10 GPU hours this week, in <#CRESEARCH01>.",
      }
    `);
    // What changes with every look is shown coarsely, so that equal news are equal views.
    const later = { ...facts, sites: facts.sites.map((site) => ({ ...site, seenAt: site.seenAt === null ? null : site.seenAt + 20_000 })) };
    expect(viewHome(later)).toEqual(viewHome(facts));
  });

  it('of somebody with hundreds of everything is a view that Slack takes', () => {
    const many = Array.from({ length: 300 }, (_, index) => make(index % 2 === 0 ? going : over, `r${index}`));
    const questions = many.flatMap(({ id }) =>
      listQuestions(asking).map((question) => ({ state: make(asking, id), question: { ...question, title: `${'x'.repeat(400)} <@U1>` } })),
    );
    const failures = Array.from({ length: 40 }, (_, index) =>
      make(Walk.begin().fail(makeFailure({ class: `c${index}`, title: 'y'.repeat(900), remedy: null })).state, `f${index}`),
    );
    const sites = Array.from({ length: 60 }, (_, index) => ({ id: `site-${index}`, seenAt: begun, silences: 0 }));
    const blocks = renderParts(viewHome({ ...nothing, runs: [...many, ...failures], questions, sites }), {
      characters: 60_000,
      blocks: 98,
    });
    const checked = validateView({ type: 'home', blocks }, 'home', () => false);
    expect(checked).toMatchObject({ error: undefined, messages: [] });
    expect(blocks.length).toBeGreaterThan(20);
    expect(JSON.stringify(blocks)).not.toContain('<@U1>');
  });

  it('offers the answers of a question where it stands, of the longest waiting ones', () => {
    const at = (index: number): RunState => make(asking, `r${index}`);
    const questions = Array.from({ length: 8 }, (_, index) =>
      listQuestions(at(index)).map((question) => ({ state: at(index), question })),
    ).flat();
    const parts = viewHome({ ...nothing, questions });
    const buttons = parts.flatMap((part) => (part.kind === 'buttons' ? part.items : []));
    expect(buttons.filter(({ action }) => action === 'approve').map(({ value }) => (JSON.parse(value) as { run: string }).run)).toEqual([
      'r0',
      'r1',
      'r2',
      'r3',
      'r4',
      'r5',
    ]);
    const silent: Observation = { kind: 'no-information', why: 'the login has run out', needs: 'login' };
    const away = make(Walk.begin().toJob().observe(silent).state, 'raway');
    const login = viewHome({ ...nothing, questions: listQuestions(away).map((question) => ({ state: away, question })) });
    expect(login).toContainEqual({ kind: 'buttons', items: [expect.objectContaining({ action: 'login', value: 'raway' })] });
  });

  it('holds no secret that stands in what is asked', () => {
    const secret = 'xoxb-1234567890-abcdefghijklmnop';
    const [first] = asking.approvals;
    if (first?.action.kind !== 'build-environment') throw new Error('another question');
    const action = { ...first.action, commands: [['curl', '--header', `Authorization: ${secret}`, 'https://example.org']] };
    const state = { ...asking, approvals: [{ ...first, title: `Run it with ${secret}`, action }] };
    const shown = JSON.stringify(viewHome({ ...nothing, questions: listQuestions(state).map((question) => ({ state, question })) }));
    expect(shown).toContain('https://example.org');
    expect(shown).not.toContain(secret);
  });

  it('shows what a loop needs a person to see to', () => {
    const events = makeLoopJournal();
    const held = foldEvents(events.slice(0, events.findIndex(({ type }) => type === 'loop.held') + 1));
    if (held === null) throw new Error('nothing is held');
    expect(listQuestions(held)).toMatchObject([{ needs: 'runner', answer: null, at: held.updatedAt }]);
  });

  it('does not count a job that has ended', () => {
    const endedRun = make(Walk.begin().toJob().observe(ended).state, 'rended');
    const sites = [{ id: 'local', seenAt: begun, silences: 0 }];
    expect(read(viewHome({ ...nothing, runs: [endedRun], sites }))['Clusters']).toContain('no jobs that I follow');
  });

  it('knows what a run waits for people with, and with whom', () => {
    expect(listQuestions(asking)).toMatchObject([{ title: 'Build the environment on local', needs: 'approver', until: null }]);
    const silent: Observation = { kind: 'no-information', why: 'the login has run out', needs: 'login' };
    expect(listQuestions(Walk.begin().toJob().observe(silent).state)).toMatchObject([{ title: 'Log in to local', needs: 'runner' }]);
    expect(listQuestions(going)).toEqual([]);
    expect(listQuestions(over)).toEqual([]);
    const walk = new Walk();
    walk
      .do({ ...makeRequest(), assistant: true })
      .toFirstQuestion()
      .approve()
      .work();
    walk.fail(makeFailure({ class: 'assertion_or_user_bug', remedy: null, route: 'code' }));
    const content = [{ type: 'tool_use' as const, id: 't0', name: 'ask', input: {} }];
    const said = { kind: 'turned' as const, turn: 0, heard: 0, model: 'm', content, stopReason: 'tool_use', dollars: 0, seconds: 1 };
    const usage = { input: 1, cacheRead: 0, cacheWrite: 0, output: 1 };
    const asked = { kind: 'asked' as const, call: 't0', question: 'Where do the\nweights lie?' };
    walk.do({ ...walk.next(), kind: 'agent', session: 'a1', facts: [{ ...said, usage }, asked] });
    expect(listQuestions(walk.state)).toMatchObject([{ title: 'The agent asks: Where do the weights lie?', needs: 'viewer' }]);
  });
});
