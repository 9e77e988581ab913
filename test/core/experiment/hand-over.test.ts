import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeHandOver } from '../../../src/agent/acts.ts';
import { describeTool } from '../../../src/agent/tool.ts';
import { listDraftProbes, readDraft, settleDraft, type AcceptGround, type FoundOut } from '../../../src/core/experiment/agents/accept.ts';
import type { Before } from '../../../src/core/experiment/agents/input.ts';
import { AgentStage, DRAFTS, HandOver } from '../../../src/core/experiment/hand-over/index.ts';
import { mapProse } from '../../../src/core/experiment/hand-over/prose.ts';
import { COLUMN, GONE, GOOD } from './hand-overs.ts';

const NOTHING: Before = {
  requirements: null,
  research: null,
  checked: false,
  design: null,
  dataBuild: null,
  modelBuild: null,
  plan: null,
  refuted: [],
};
const GROUND: AcceptGround = {
  bounds: {
    part: 'moon',
    features: ['moon', 'wind'],
    horizon: 2,
    testFrom: '2023-01-01',
    data: ['tide.csv'],
    outputs: ['sub.csv'],
    mostTrials: 50,
    minutes: 60,
  },
  before: NOTHING,
  read: { notes: ['does wind lead?\nBy a day.\n(source: log)'], documents: [{ name: 'project.yaml', text: 'goal:  boats\nand tides' }] },
  measured: {
    part: 'moon',
    checks: [
      { id: 'vif', value: 14.21, passed: false },
      { id: 'sharpe', value: null, passed: false },
    ],
    failures: [{ attempt: 'moon 1', idea: 'smooth the level over twenty days', why: 'gate 2 failed' }],
  },
};
const FOUND: FoundOut = { answer: () => ({ as: 'holds', found: 'It is there.' }), verdict: { passed: true, errors: [], warnings: [] } };

type Json = Record<string, unknown>;

/** What is answered when a stage hands this over; null when it is taken. */
function refuse(
  stage: AgentStage,
  change: (draft: Json) => void,
  ground: Partial<AcceptGround> = {},
  found: Partial<FoundOut> = {},
): string | null {
  const input = structuredClone(GOOD[stage]) as unknown as Json;
  change(input);
  const draft = readDraft(stage, input);
  if ('error' in draft) return z.prettifyError(draft.error);
  const settled = settleDraft(draft, { ...GROUND, ...ground }, { ...FOUND, ...found });
  return settled.ok ? null : settled.why;
}

const at = (value: unknown, ...path: (string | number)[]): Json => path.reduce((now, key) => (now as Json)[key as string], value) as Json;
const research = { ...NOTHING, research: DRAFTS.researcher.parse(GOOD.researcher) };
const designed = { ...NOTHING, design: DRAFTS.architect.parse(GOOD.architect).design };

describe('a hand-over', () => {
  it.each(AgentStage.options)('of %s is taken as it should be, goes into the journal, and is told to the model as an object', (stage) => {
    const before = stage === 'architect' ? research : NOTHING;
    expect(refuse(stage, () => {}, { before })).toBeNull();
    const draft = readDraft(stage, GOOD[stage]);
    if ('error' in draft) throw draft.error;
    const settled = settleDraft(draft, { ...GROUND, before }, FOUND);
    expect(settled.ok && HandOver.parse(JSON.parse(JSON.stringify(settled.handOver)))).toEqual(settled.ok && settled.handOver);
    expect(describeTool(describeHandOver(stage))).toMatchObject({ name: 'hand-over', input_schema: { type: 'object' } });
    expect(refuse(stage, (one) => Object.assign(one, { verdict: 'passed' }), { before })).toContain('verdict');
  });

  it.each<[AgentStage, string, (draft: Json) => void, Partial<AcceptGround>]>([
    ['entrance', 'is none of the project’s features', (one) => (at(one, 'features', 0)['name'] = 'sun'), {}],
    ['entrance', 'wind of the project is missing', (one) => (one['features'] = [at(one, 'features', 0)]), {}],
    ['researcher', 'needs a source or a probe', (one) => delete at(one, 'claims', 0)['probe'], {}],
    ['researcher', 'look up what the lab has learned', () => {}, { read: { notes: [], documents: [] } }],
    ['researcher', 'no note with this question', (one) => (at(one, 'claims', 1, 'source')['question'] = 'does rain?'), {}],
    ['researcher', 'c1 stands there twice', (one) => (at(one, 'claims', 1)['id'] = 'c1'), {}],
    ['researcher', 'refuted already', () => {}, { before: { ...NOTHING, refuted: [COLUMN] } }],
    [
      'researcher',
      'you read no such words',
      (one) => (at(one, 'claims', 0)['source'] = { kind: 'document', name: 'project.yaml', quote: 'boats and planes' }),
      {},
    ],
    ['architect', 'was not checked yet', (one) => (one['factCheck'] = null), { before: research }],
    ['architect', 'c2 is not checked', (one) => (at(one, 'factCheck')['checks'] = [{ claim: 'c1', why: 'Yes.' }]), { before: research }],
    ['architect', 'hand over a design', (one) => (one['design'] = null), { before: research }],
    ['architect', 'it leaks', (one) => (at(one, 'design', 'construction', 0)['lag'] = 0), {}],
    ['architect', 'not among the data', (one) => (at(one, 'design', 'construction', 0, 'from', 0)['column'] = 'wind'), {}],
    ['architect', 'as many are left out', (one) => (at(one, 'design', 'validation')['embargo'] = 1), {}],
    ['architect', 'the test begins on 2023-01-01', (one) => (at(one, 'design', 'validation')['validateUntil'] = '2023-01-01'), {}],
    ['architect', 'training ends before', (one) => (at(one, 'design', 'validation')['trainUntil'] = '2022-12-02'), {}],
    ['architect', 'two folds or more', (one) => (at(one, 'design', 'validation')['folds'] = 1), {}],
    ['architect', 'is no range', (one) => (at(one, 'design', 'search', 'parameters', 0)['low'] = 10), {}],
    ['architect', 'begins above 0', (one) => (at(one, 'design', 'search', 'parameters', 0)['low'] = 0), {}],
    ['architect', 'at most 50', (one) => (at(one, 'design', 'search')['trials'] = 51), {}],
    ['architect', 'nothing is searched', (one) => (at(one, 'design', 'search')['parameters'] = []), {}],
    ['architect', 'the gates read sub.csv', (one) => (at(one, 'design', 'outputs', 0)['file'] = 'other.csv'), {}],
    ['architect', '60 were allowed', (one) => (at(one, 'design')['minutes'] = 61), {}],
    ['architect', 'Unrecognized', (one) => (at(one, 'design', 'search', 'parameters', 0)['when'] = 'kind == 1'), {}],
    ['builder_data', 'never names tide.csv', (one) => (one['script'] = 'print("nothing is written at all")'), {}],
    ['builder_data', 'filled from later days', (one) => (one['script'] = `${String(one['script'])}table = table.bfill()\n`), {}],
    ['builder_data', 'the project needs moon.csv', () => {}, { bounds: { ...GROUND.bounds, data: ['moon.csv'] } }],
    ['builder_data', 'the column of dates and no value', (one) => (at(one, 'files', 0)['dateColumn'] = 'level'), {}],
    ['builder_data', 'the design needs the column', (one) => (at(one, 'files', 0, 'columns', 0)['name'] = 'height'), { before: designed }],
    ['builder_data', 'is a file name', (one) => (at(one, 'files', 0)['path'] = '../tide.csv'), {}],
    ['builder_model', 'this is about moon', (one) => (one['part'] = 'wind'), {}],
    ['builder_model', 'the design plans 20', (one) => (one['minutes'] = 21), { before: designed }],
    ['builder_model', 'searches alpha', (one) => (one['cells'] = ['beta = 1']), { before: designed }],
    ['evaluator', 'the report has 14.21', (one) => (at(one, 'diagnosis', 0)['value'] = 2.1), {}],
    ['evaluator', 'there is no such check', (one) => (at(one, 'diagnosis', 0)['check'] = 'beauty'), {}],
    ['evaluator', 'was not measured', (one) => (at(one, 'diagnosis', 0)['check'] = 'sharpe'), {}],
    ['evaluator', 'resembles attempt moon 1', (one) => (at(one, 'change')['what'] = 'Smooth the level over 20 days.'), {}],
    ['evaluator', 'no attempt moon 7 has failed', (one) => (one['differsFrom'] = [{ attempt: 'moon 7', how: 'Well.' }]), {}],
    ['evaluator', 'characters; at most', (one) => (one['summary'] = 'x'.repeat(1300)), {}],
  ])('of %s is answered with “%s”', (stage, words, change, ground) => {
    expect(refuse(stage, change, ground)).toContain(words);
  });

  it('holds code only where the check finds no error in it', () => {
    const error = {
      check: 'python-syntax',
      level: 'error' as const,
      message: 'Python cannot read this.',
      cell: 2,
      line: 3,
      fix: 'Close it.',
    };
    const verdict = { passed: false, errors: [error], warnings: [] };
    expect(refuse('builder_model', () => {}, {}, { verdict })).toBe('cell 2, line 3 (python-syntax): Python cannot read this. Close it.');
    expect(refuse('builder_data', () => {}, {}, { verdict })).toContain('script line 3');
  });
});

describe('a fact-check', () => {
  const draft = readDraft('architect', {
    ...GOOD.architect,
    factCheck: {
      summary: 'All is well, every claim is confirmed.',
      checks: [
        { claim: 'c1', why: 'Surely.' },
        { claim: 'c2', probe: GONE, why: 'Surely.' },
      ],
    },
  });
  if ('error' in draft) throw draft.error;
  const settle = (answers: Readonly<Record<string, 'holds' | 'fails' | 'unknown'>>) => {
    const answer: FoundOut['answer'] = (probe) => ({ as: answers[JSON.stringify(probe)] ?? 'unknown', found: 'Read.' });
    const settled = settleDraft(draft, { ...GROUND, before: research }, { ...FOUND, answer });
    if (!settled.ok || settled.handOver.stage !== 'architect') throw new Error('it was not taken');
    return settled.handOver.content;
  };

  it('is decided by its probes, whatever the architect says', () => {
    expect(listDraftProbes(draft, research)).toEqual([COLUMN, GONE]);
    expect(listDraftProbes(draft, { ...research, checked: true })).toEqual([]);
    const good = settle({ [JSON.stringify(COLUMN)]: 'holds' });
    expect(good.factCheck?.claims.map(({ verdict }) => verdict)).toEqual(['confirmed', 'cannot be probed']);
    expect(good.design).not.toBeNull();
    const bad = settle({ [JSON.stringify(COLUMN)]: 'holds', [JSON.stringify(GONE)]: 'fails' });
    expect(bad.factCheck?.claims.map(({ verdict }) => verdict)).toEqual(['confirmed', 'refuted']);
    // What would be built on a refuted claim is not built.
    expect(bad.design).toBeNull();
  });
});

it('only the prose of a hand-over is changed by the audit', () => {
  const handOver = HandOver.parse({ stage: 'evaluator', content: GOOD.evaluator });
  const changed = mapProse(handOver, (text) => text.toUpperCase());
  const { content } = changed as Extract<HandOver, { stage: 'evaluator' }>;
  expect(content.summary).toBe('TOO SHORT A WINDOW.');
  expect(content.diagnosis[0]).toEqual({ check: 'vif', value: 14.2, why: 'TWO WINDOWS OF ONE SERIES.' });
  expect(content.change.what).toBe(GOOD.evaluator.change.what);
  expect(HandOver.safeParse(mapProse(handOver, (text) => text.repeat(999))).success).toBe(true);
});
