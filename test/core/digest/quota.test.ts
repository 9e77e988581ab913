/** How the week of the Kaggle account is told: where the look came from, how old it is, and that no number is without it. */
import { expect, it } from 'vitest';
import { tellProject } from '../../../src/core/diary/tell-project.ts';
import { composeDigest } from '../../../src/core/digest/compose.ts';
import { viewDigest } from '../../../src/core/digest/view.ts';
import type { ProjectEvent } from '../../../src/core/project/events.ts';
import { listLines } from '../../../src/core/scratch/sections.ts';
import { composeStory } from '../../../src/core/story/compose.ts';
import { drawMessage } from '../../../src/embedded/draw-message.ts';
import { renderSlot } from '../../../src/slack/blocks.ts';
import { ada, begun } from '../run/builders.ts';
import { traceDigest } from './trace.ts';

const HOUR = 3_600_000;
const look = (hours: number, used: number, run: string | null = null): ProjectEvent => ({
  v: 1,
  at: begun + hours * HOUR,
  id: `lab-bot ${hours}`,
  type: 'quota.seen',
  account: 'lab-bot',
  run,
  quota: {
    gpu: { usedSeconds: used * 3600, reservedSeconds: 3_600, totalSeconds: 30 * 3600 },
    tpu: { usedSeconds: 0, reservedSeconds: 0, totalSeconds: 20 * 3600 },
    refreshAt: Date.parse('2026-01-10T00:00:00Z'),
  },
});
const note: ProjectEvent = {
  v: 1,
  at: begun + HOUR,
  id: 'n',
  type: 'note.added',
  by: ada,
  text: 'try cosine',
  channel: 'CGOLD',
  ts: null,
  via: 'command',
};
const entries = tellProject('CGOLD', [note, look(2, 11.5, 'rloop234'), look(8.5, 12.3)]);
const last = entries.at(-1);

function compose(isOver: boolean, told = entries) {
  return composeDigest({
    edition: '2026-01-05',
    from: begun,
    to: begun + 9 * HOUR,
    project: 'CGOLD',
    title: 'gold',
    zone: 'UTC',
    entries: told,
    before: [],
    states: [],
    targets: [],
    budgets: [],
    quota: last === undefined ? null : { look: last, isOver },
  });
}

function draw(isOver: boolean): string {
  const { text, blocks } = renderSlot(viewDigest(compose(isOver), new Map()), { mention: false });
  return drawMessage({ text, blocks, files: [] }).join('\n');
}

it('stands in the digest with used, left, held, its reset, whose it is and how old the look is', () => {
  expect(draw(false)).toContain(
    'Kaggle account lab-bot: GPU: 12.3 h of 30.0 h used this week, 1.0 h more held by running sessions, 16.7 h left; TPU: 0.0 h of 20.0 h used this week, 20.0 h left; resets 2026-01-10 00:00 UTC. As of ',
  );
  expect(draw(false)).not.toContain('11.5');
  expect(draw(false)).not.toContain('new week');
  expect(draw(true)).toContain('a new week has begun since');
});

it('is traced to the look, counts as no event, and makes no day eventful', () => {
  const digest = compose(false);
  traceDigest(digest, { entries: new Map(entries.map((entry) => [entry.id, entry])), states: new Map() });
  expect(digest.further).toEqual([]);
  expect(digest.quiet).toBe(false);
  const [, ...looks] = entries;
  expect(compose(false, looks)).toMatchObject({ quiet: true, sections: [], further: [] });
});

it('is one line of its day in SCRATCH.md, and two moments of the story with the same numbers', () => {
  const lines = listLines(entries, 'UTC', { nameOf: (id) => id, linkTo: () => null });
  expect(lines.filter(({ text }) => text.includes('Kaggle')).map(({ text }) => text)).toEqual([
    '- 17:30 Kaggle account lab-bot: GPU: 12.3 h of 30.0 h used this week, 1.0 h more held by running sessions, 16.7 h left; TPU: 0.0 h of 20.0 h used this week, 20.0 h left; resets 2026-01-10 00:00 UTC. (CGOLD#3)',
  ]);
  const story = composeStory({ project: 'CGOLD', entries });
  expect(story.moments.filter(({ event }) => event === 'quota.seen').map(({ text }) => /asked for run \w+/.exec(text)?.[0] ?? '')).toEqual([
    'asked for run rloop234',
    '',
  ]);
  expect(story.series.find(({ name }) => name === 'Kaggle GPU week used')?.points.map(({ value }) => value)).toEqual([11.5, 12.3]);
});
