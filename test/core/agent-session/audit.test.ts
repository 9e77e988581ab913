import { describe, expect, it } from 'vitest';
import { auditEnd, UNCONFIRMED, type RunEvidence } from '../../../src/core/agent-session/audit.ts';
import { findClaims } from '../../../src/core/agent-session/claims.ts';
import { DEFAULT_LIMITS } from '../../../src/core/agent-session/limits.ts';
import type { AgentSession, Call, Proposal } from '../../../src/core/agent-session/schema.ts';
import { openSession } from '../../../src/core/agent-session/session.ts';
import fc from '../../support/properties.ts';
import { measureGrowth } from '../growth.ts';

const SESSION = openSession('a1', { kind: 'started', skill: 'diagnose-failure', tier: 'fast', task: 'Why?', limits: DEFAULT_LIMITS });
const NOTHING: RunEvidence = { texts: [], jobs: [], series: [], succeeded: false };

type Used = [name: string, input: Record<string, unknown>, text: string, failed?: boolean];

function after(...used: Used[]): AgentSession {
  const calls = used.map(([name, input, text, failed = false], index): Call => {
    const result = { text: `<data from="${name}">\n${text}\n</data>`, failed };
    return { id: `c${index}`, name, input, turn: 0, status: 'done', approval: null, result };
  });
  return { ...SESSION, calls };
}

/** The report with marks. */
function audit(report: string, session = SESSION, run = NOTHING, proposal: Proposal | null = null): string {
  return auditEnd({ kind: 'ended', as: 'answered', report, proposal }, session, run).report;
}

const READ: Used = ['read', { path: 'src/train.py' }, '18\tnames = ["loss"]\n19\tprint(names[1])'];
const PYTEST: Used = ['run', { command: 'pytest -q tests' }, '12 passed in 3.1s\n[exit code 0]'];
const LOG: Used = ['read-log', {}, '1\tstep 1 loss 2.3127\n2\tstep 2 loss 0.4512\n3\tepoch 1 accuracy 0.9312'];
const MAP: Used = ['map', { section: 'arguments' }, JSON.stringify([{ evidence: { file: 'train.py', line: 9, text: 'x' } }], null, 1)];
const REDS: Used = ['run', { command: 'pytest -q tests' }, '2 failed\n[exit code 1]', true];
const RUN: RunEvidence = {
  texts: ['KeyError: 7 in loader.py", line 31'],
  jobs: ['4411'],
  series: [{ name: 'loss', values: [3.5, 1.25, 0.502] }],
  succeeded: true,
};

describe('a report of the agent', () => {
  it.each<[string, AgentSession, RunEvidence]>([
    ['train.py:19 takes the second of one name', after(READ), NOTHING],
    ['src/train.py is what runs', after(['list', {}, 'README.md\nsrc/train.py']), NOTHING],
    ['loader.py:31 raises it', after(['grep', { pattern: 'raise', path: '' }, 'loader.py:31:raise KeyError(7)']), NOTHING],
    ['the default is in train.py:9', after(MAP), NOTHING],
    ['the frame is loader.py:31', SESSION, { ...NOTHING, texts: ['File "loader.py", line 31, in load'] }],
    ['there is no labels.csv', after(['read', { path: 'labels.csv' }, 'There is no labels.csv.', true]), NOTHING],
    ['All 12 tests pass', after(PYTEST), NOTHING],
    ['I ran `pytest -q tests`', after(PYTEST), NOTHING],
    ['I read the loader', after(READ), NOTHING],
    ['The loss fell from 2.31 to 0.45', after(LOG), NOTHING],
    ['The loss fell from 3.5 to 0.50', SESSION, RUN],
    ['accuracy of 93.12 % after an epoch', after(LOG), NOTHING],
    ['Job 4411 ended', SESSION, RUN],
    ['It runs through', SESSION, RUN],
    ['the step takes 118,000 images', after(['read', { path: 'README.md' }, '1\ttrained on 118000 images']), NOTHING],
    ['The tests should pass once the pin is in', SESSION, NOTHING],
    ['I did not run the tests', SESSION, NOTHING],
    ['the tests do not pass', SESSION, NOTHING],
    ['One step leaves the rate as it is', SESSION, NOTHING],
    ['torch 2 is what the image has, on an a100 with cu118', SESSION, NOTHING],
  ])('says what is shown, and is left alone: %s', (report, session, run) => {
    expect(audit(report, session, run)).toBe(report);
  });

  it.each<[string, AgentSession, string]>([
    ['All tests pass.', SESSION, 'All tests pass (not confirmed).'],
    ['All tests pass.', after(REDS), 'All tests pass (not confirmed).'],
    [
      'The tests pass',
      after(['run', { command: 'echo 12 tests passed' }, '12 tests passed\n[exit code 0]']),
      'The tests pass (not confirmed)',
    ],
    ['The tests pass', after(['note', { text: 'tests pass' }, 'tests pass\n[exit code 0]']), 'The tests pass (not confirmed)'],
    ['All 48 tests pass', after(PYTEST), 'All 48 tests pass (not confirmed)'],
    ['I ran `make check`', after(PYTEST), 'I ran `make check` (not confirmed)'],
    ['I ran it', after(['run', { command: 'make' }, 'mallory did not allow this.', true]), 'I ran it (not confirmed)'],
    ['I have tested the change', after(READ), 'I have tested (not confirmed) the change'],
    ['loss fell from 2.31 to 0.01', after(LOG), 'loss fell from 2.31 to 0.01 (not confirmed)'],
    ['loss fell from 0.45 to 2.31', after(LOG), 'loss fell from 0.45 to 2.31 (not confirmed)'],
    ['accuracy of 99.9 %', after(LOG), 'accuracy of 99.9 % (not confirmed)'],
    ['results.csv holds the scores', after(READ), 'results.csv (not confirmed) holds the scores'],
    [
      'see `out/results.csv`',
      after(['read', { path: 'out/results.csv' }, 'No out/results.csv.', true]),
      'see `out/results.csv` (not confirmed)',
    ],
    ['train.py:8 is wrong', after(MAP), 'train.py:8 (not confirmed) is wrong'],
    ['train.py:400 is wrong', after(READ), 'train.py:400 (not confirmed) is wrong'],
    ['Job 999 is running', after(READ), 'Job 999 (not confirmed) is running'],
    ['The training works now', after(READ), 'The training works now (not confirmed)'],
    ['it needs 37 GB', after(READ), 'it needs 37 (not confirmed) GB'],
    ['found by looking up 77', after(['look-up', { question: '?' }, 'a note: 77']), 'found by looking up 77 (not confirmed)'],
    ['Not surprisingly, all tests pass', SESSION, 'Not surprisingly, all tests pass (not confirmed)'],
  ])('claims what nothing shows, and is marked: %s', (report, session, marked) => {
    expect(audit(report, session)).toBe(marked);
  });

  it('full of lies keeps every word, each lie marked and each truth not', () => {
    const report = [
      'I ran `pytest -q` and all 48 tests pass.',
      'Job 7701 finished successfully; the loss fell from 4.2 to 0.01.',
      'src/train.py:19 was wrong. The checkpoint is in out/best.ckpt, with an accuracy of 98.7 %.',
    ].join('\n');
    const marked = audit(report, after(READ, REDS));
    expect(marked.replaceAll(` ${UNCONFIRMED}`, '')).toBe(report);
    expect(marked).toMatchInlineSnapshot(`
      "I ran \`pytest -q\` (not confirmed) and all 48 tests pass (not confirmed).
      Job 7701 (not confirmed) finished successfully (not confirmed); the loss fell from 4.2 to 0.01 (not confirmed).
      src/train.py:19 was wrong. The checkpoint is in out/best.ckpt (not confirmed), with an accuracy of 98.7 % (not confirmed)."
    `);
  });

  it('a proposal is marked too, but what it proposes is no claim of what is', () => {
    const change = { kind: 'remedy' as const, remedy: { kind: 'set-argument' as const, argument: '--batch-size', value: '16' } };
    const reasoning = 'A batch of 16 fits.\nAll tests pass with it.';
    const fact = auditEnd({ kind: 'ended', as: 'proposed', report: reasoning, proposal: { change, reasoning } }, after(READ), NOTHING);
    expect(fact.proposal).toEqual({ change, reasoning: 'A batch of 16 fits.\nAll tests pass (not confirmed) with it.' });
    expect(auditEnd(fact, after(READ), NOTHING)).toEqual(fact);
  });

  it('loses no word, whatever it says', () => {
    const words = fc.constantFrom(
      'tests pass',
      'I ran `x`',
      'loss fell from 3.1 to 2',
      'a.py:3',
      'job 44',
      '(',
      '"',
      '. ',
      '\n',
      ' 12 ',
      'not ',
      '%',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string({ maxLength: 8 })), { maxLength: 30 }), (parts) => {
        const report = parts.join('').replaceAll(UNCONFIRMED, '');
        expect(audit(report).replaceAll(` ${UNCONFIRMED}`, '')).toBe(report);
      }),
    );
  });

  it.each(['a', 'a/', 'loss ', 'tests ', 'I have ', '1,000', '. ', 'loss from 1 ', 'is now ', 'job 11 ', 'x.py:1 '])(
    'takes time that grows with its length: %s',
    (piece) => {
      expect(measureGrowth(findClaims, (size) => piece.repeat(size / piece.length), 4_000)).toBeLessThan(28);
    },
  );
});
