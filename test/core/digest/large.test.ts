/** A day on which everything happened at once: nothing of the message is lost without a word. */
import { expect, it } from 'vitest';
import type { Entry } from '../../../src/core/diary/entry.ts';
import { composeDigest, isNews } from '../../../src/core/digest/compose.ts';
import { stateId } from '../../../src/core/digest/pieces.ts';
import { viewDigest } from '../../../src/core/digest/view.ts';
import { renderSlot } from '../../../src/slack/blocks.ts';
import { ada, begun, ended, makeFailure } from '../run/builders.ts';
import { checkedOpening } from './opening-of.ts';
import { listPieces, traceDigest } from './trace.ts';
import { Lab } from './week.ts';

const HOUR = 3_600_000;
const secret = 'xoxb-1234567890-abcdefghijklmnop';

function makeLargeDay(): { lab: Lab; entries: Entry[] } {
  const lab = new Lab();
  lab.tell('CGOLD', 0.1, { type: 'budget.set', by: ada, kind: 'dollars', amount: 2, span: 'week' });
  const classes = ['oom_gpu', 'nan_loss', 'missing_module', 'network_timeout', 'disk_quota', 'node_failure', 'segfault', 'time_limit'];
  for (let run = 0; run < 24; run += 1) {
    const walk = lab.begin(`rrun${String.fromCodePoint(97 + run)}x`, 'CGOLD', 1 + run / 10);
    if (run % 3 === 0) walk.toFirstQuestion();
    if (run % 3 === 1) walk.toJob();
    if (run % 3 === 2) walk.toJob().toEnd();
    if (run % 3 === 1 && run > 8)
      walk
        .observe({ ...ended, outcome: 'failed', exitCode: 1 })
        .fail(makeFailure({ class: classes[run % classes.length] ?? '', remedy: null, route: 'ask', title: 'It broke. '.repeat(12) }));
  }
  const one = lab.entriesOf('CGOLD', 0, begun + 24 * HOUR);
  const [first] = one;
  if (first === undefined) throw new Error('nothing happened');
  const idea = (index: number): Entry => ({
    ...first,
    id: `CGOLD.${index}.0`,
    kind: 'idea',
    text: `an idea <@UADA0000001> with ${secret} & more `.repeat(4),
    source: { of: 'project', id: 'CGOLD', version: index, event: 'note.added' },
  });
  const cost = (index: number): Entry => ({
    ...idea(index),
    kind: 'cost',
    topic: 'm',
    figures: [
      { name: 'tokens in', value: 700_000, unit: 'tokens' },
      { name: 'money', value: 1.5, unit: '$' },
    ],
  });
  return { lab, entries: [...one, ...[11, 12, 13, 14, 15].map(idea), ...[16, 17].map(cost)] };
}

it('shows every section within Slack’s limits, counts what it has no line for, and holds no secret', () => {
  const { lab, entries } = makeLargeDay();
  const states = lab.statesOf('CGOLD', begun + 24 * HOUR);
  const digest = composeDigest({
    edition: '2026-W02',
    from: begun,
    to: begun + 24 * HOUR,
    project: 'CGOLD',
    title: 'gold',
    zone: 'UTC',
    entries,
    before: entries.slice(0, 40).map((entry) => ({ ...entry, id: `before ${entry.id}` })),
    states,
    targets: [],
    quota: null,
    budgets: [
      {
        words: '$2.00 a week',
        used: 3,
        amount: 2,
        from: entries.filter(({ kind, source }) => kind === 'cost' || source.event === 'budget.set').map(({ id }) => id),
        isAsked: true,
      },
    ],
  });
  const known = new Map(
    [...entries, ...entries.map((entry) => ({ ...entry, id: `before ${entry.id}` }))].map((entry) => [entry.id, entry]),
  );
  const told = new Set([...listPieces(digest).flatMap(({ from }) => from), ...digest.further]);
  expect(entries.filter(isNews).filter(({ id }) => !told.has(id))).toEqual([]);
  traceDigest(
    { ...digest, waits: digest.waits.slice(1) },
    { entries: known, states: new Map(states.map((state) => [stateId(state), state])) },
  );
  const links = Object.fromEntries(
    states.map(({ thread }) => [
      `${thread?.channel} ${thread?.ts}`,
      `https://a-rather-long-workspace-name.slack.com/archives/${thread?.channel}/p${thread?.ts.replace('.', '')}`,
    ]),
  );
  const slot = viewDigest({ ...digest, links }, new Map(states.map((state) => [state.id, state])));
  const { blocks } = renderSlot(slot, { mention: true });
  const text = JSON.stringify(blocks);
  expect(blocks.length).toBeLessThanOrEqual(45);
  expect(text.length).toBeLessThan(13_000);
  // The last line of a section is there only where nothing was cut before it.
  const lasts = digest.sections.map(({ lines }) => lines.at(-1)?.at(-1)?.text ?? '');
  for (const last of lasts) expect(text).toContain(JSON.stringify(last).slice(1, -1).replaceAll('&', '&amp;'));
  for (const title of ['What moved', 'Best results', 'Failures', 'Ideas', 'Used', 'The week in numbers', 'Overnight', 'When this comes'])
    expect(text).toContain(title);
  expect(text.match(/"run\.approve"/g)).toHaveLength(3);
  expect(text).not.toContain(secret);
  expect(text).not.toContain('with <@');
});

it('keeps of an opening what its facts bear out, and says who wrote it', () => {
  const { lab, entries } = makeLargeDay();
  const { digest, said } = checkedOpening(lab, entries);
  expect(said).toEqual(['Question 1 about the environment of lab/runax is open.']);
  const slot = viewDigest(digest, new Map());
  expect(JSON.stringify(slot)).toContain('The opening is by fast-1');
});
