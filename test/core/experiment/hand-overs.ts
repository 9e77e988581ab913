/** What agents hand over, in the form in which they say it. */
import { HandOver, type AgentStage } from '../../../src/core/experiment/hand-over/index.ts';
import type { Probe } from '../../../src/core/experiment/probes/schema.ts';

export const COLUMN: Probe = { kind: 'column', file: 'tide.csv', column: 'level' };
export const GONE: Probe = { kind: 'column', file: 'tide.csv', column: 'wind' };

export const GOOD = {
  entrance: {
    summary: 'The tide of tomorrow.',
    goal: 'Know when boats can leave.',
    target: { name: 'next', definition: 'level[t+1]', horizon: 2, unit: 'metres' },
    features: [
      { name: 'moon', why: 'It pulls.', known: 'Years before.' },
      { name: 'wind', why: 'It pushes.', known: 'Every morning.' },
    ],
    constraints: [],
    openQuestions: [],
  },
  researcher: {
    summary: 'Two claims.',
    claims: [
      { id: 'c1', statement: 'The level is measured.', probe: COLUMN, matters: 'There is no target else.' },
      { id: 'c2', statement: 'Wind comes first.', source: { kind: 'note', question: 'does wind lead?' }, matters: 'The lag.' },
    ],
    unknown: [],
  },
  architect: {
    factCheck: { summary: 'Both probed.', checks: ['c1', 'c2'].map((claim) => ({ claim, why: 'Its probe.' })) },
    design: {
      summary: 'A distance.',
      part: 'moon',
      hypothesis: 'Springs last a few days.',
      data: [{ file: 'tide.csv', columns: ['level'], knownAfter: 1 }],
      construction: [
        { name: 'gap', from: [{ file: 'tide.csv', column: 'level' }], how: 'Less its mean.', lag: 1, window: 20, fittedOn: 'nothing' },
      ],
      model: { family: 'ridge', library: 'scikit-learn', why: 'Little data.' },
      search: {
        parameters: [{ kind: 'float', name: 'alpha', low: 0.1, high: 10, log: true }],
        trials: 20,
        objective: 'Mean of the folds.',
      },
      validation: { scheme: 'walk-forward, expanding', folds: 4, trainUntil: '2022-01-01', validateUntil: '2022-12-01', embargo: 2 },
      outputs: [{ file: 'sub.csv', columns: ['gap'] }],
      minutes: 20,
      risks: ['It says nothing new.'],
    },
  },
  builder_data: {
    summary: 'One file.',
    script: 'import csv\nopen("tide.csv", "w").write("date,level\\n2020-01-01,1")\n',
    files: [
      {
        path: 'tide.csv',
        dateColumn: 'date',
        columns: [{ name: 'level', unit: 'm', meaning: 'At the pier.' }],
        from: '2020-01-01',
        rows: 900,
        origin: 'The harbour, each hour.',
      },
    ],
    hosts: ['tides.example.org'],
    secrets: [],
  },
  builder_model: { summary: 'As designed.', part: 'moon', cells: ['alpha = 1'], minutes: 5 },
  evaluator: {
    summary: 'Too short a window.',
    part: 'moon',
    diagnosis: [{ check: 'vif', value: 14.2, why: 'Two windows of one series.' }],
    change: { agent: 'architect', what: 'Leave one of the windows out.', why: 'They say the same.' },
    expected: { check: 'vif', value: 3, why: 'One is left.' },
    differsFrom: [],
    worthIt: 'go on',
  },
} as const;

/** A hand-over as the journal keeps it; `said` stands wherever it speaks, `refuted` sends an architect's back. */
export function makeHandOver(stage: AgentStage, said = 'As asked.', refuted = false): HandOver {
  const claim = {
    claim: 'c1',
    statement: said,
    verdict: refuted ? 'refuted' : 'confirmed',
    probed: [{ probe: COLUMN, answer: { as: refuted ? 'fails' : 'holds', found: said } }],
    why: said,
  };
  const content =
    stage === 'architect'
      ? { factCheck: { summary: said, claims: [claim] }, design: refuted ? null : { ...GOOD.architect.design, summary: said } }
      : { ...GOOD[stage], summary: said };
  return HandOver.parse({ stage, content });
}
