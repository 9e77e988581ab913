import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/core/diary/entry.ts';
import { tellRun } from '../../../src/core/diary/tell.ts';
import { composeStory } from '../../../src/core/story/compose.ts';
import { renderMarkdown } from '../../../src/core/story/markdown.ts';
import { Story } from '../../../src/core/story/schema.ts';
import { tidyForStory } from '../../../src/core/story/tidy.ts';
import { makeJournal } from '../../support/story-events.ts';
import { LoopWalk, measured } from '../experiment/builders.ts';
import { measureGrowth } from '../growth.ts';
import { ada, research } from '../run/builders.ts';

const entries = [0, 1, 2].flatMap((number) => tellRun(makeJournal(number, 1)));
const names = new Map([[ada, 'Ada Lovelace']]);
const compose = (of: readonly Entry[]) => composeStory({ project: 'nano', entries: of, names });
const story = compose(entries);
const run = 'rlab00000';

function makeEntry(parts: Partial<Entry>): Entry {
  const source = { of: 'run', id: 'r1', version: 1, event: 'note.added' } as const;
  const empty = { figures: [], thread: null, message: null, commit: null, job: null, topic: '' };
  return { id: 'r1.1.0', at: 1, kind: 'idea', about: 'x/y', by: null, text: '', source, ...empty, ...parts };
}

describe('a story', () => {
  it('is the same whatever the order in which its entries come', () => {
    expect(compose(entries.toReversed())).toEqual(story);
    expect(Story.parse(JSON.parse(JSON.stringify(story)))).toEqual(story);
  });

  it('says of each try whether it led on, and what ended it', () => {
    const branches = story.runs[0]?.branches.map(({ of, number, as, because }) => [of, number, as, because]);
    expect(branches).toEqual([
      ['clone', 1, 'led', `${run}.4.0`],
      ['navigate-repo', 1, 'led', `${run}.8.0`],
      ['resolve-deps', 1, 'led', `${run}.13.0`],
      ['build-env', 1, 'led', `${run}.19.0`],
      ['sample-run', 1, 'dead end', `${run}.32.0`],
      ['sample-run', 2, 'led', `${run}.48.0`],
    ]);
    expect(story.runs[0]?.verdict).toEqual({ as: 'READY', moment: `${run}.49.0` });
  });

  it('leaves a try open while its run goes on', () => {
    const until = (event: string) =>
      compose(tellRun(makeJournal(0)).slice(0, tellRun(makeJournal(0)).findIndex((one) => one.source.event === event) + 1));
    expect(until('job.submitted').runs[0]?.branches.at(-1)).toMatchObject({ of: 'sample-run', number: 1, as: 'open' });
    expect(until('job.submitted').runs[0]?.verdict).toBeNull();
  });

  it.each([
    [
      'the one that came out well, while the one after it failed and may be tried again',
      ['failed', 'done', 'failed'],
      ['dead end', 'led', 'open'],
    ],
    ['the last one that came out well', ['done', 'done'], ['dead end', 'led']],
    ['none, once another one is on its way', ['done', null], ['dead end', 'open']],
    ['none, where all failed', ['failed', 'failed'], ['dead end', 'open']],
  ] as const)('takes for the try that led on %s', (_what, ends, told) => {
    const tries = ends.map((end, index) =>
      makeEntry({ id: `r1.${index + 1}.0`, at: index, attempt: { of: 'feature a', number: index + 1, end } }),
    );
    expect(compose(tries).runs[0]?.branches.map(({ as }) => as)).toEqual(told);
  });

  it('learns which change fixed a failure, and what a change did to what was measured', () => {
    expect(story.lessons[0]).toMatchObject({
      as: 'fixed',
      failure: `${run}.32.0`,
      changes: [`${run}.33.0`],
      outcome: `${run}.48.0`,
      settings: expect.arrayContaining([{ group: 'plan', name: '--batch-size', before: null, after: '8' }]),
    });
    const measured = story.lessons.filter((lesson) => lesson.as === 'measured');
    expect(measured).toHaveLength(2);
    expect(measured[0]?.settings).toContainEqual({ group: 'plan', name: '--batch-size', before: '8', after: '4' });
    expect(measured[0]?.effects).toContainEqual({
      name: 'loss',
      unit: '',
      before: 2.2,
      after: 2.19,
      beforeMoment: `${run}.47.0`,
      afterMoment: 'rlab00001.47.0',
    });
  });

  it('tells nothing of a change that was not made: the same work measured twice is no lesson', () => {
    const twice = [...tellRun(makeJournal(0)), ...tellRun(makeJournal(3))];
    expect(compose(twice).lessons.filter((lesson) => lesson.as === 'measured')).toEqual([]);
  });

  it('knows no number but those of its entries', () => {
    const told = new Map(entries.map((entry) => [entry.id, entry.figures]));
    const points = story.series.flatMap(({ name, unit, points: all }) => all.map((point) => ({ name, unit, ...point })));
    expect(points.length).toBe(entries.flatMap((entry) => entry.figures).length);
    for (const { name, unit, value, moment } of points) expect(told.get(moment)).toContainEqual({ name, unit, value });
    for (const { effects } of story.lessons)
      for (const { name, unit, before, after, beforeMoment, afterMoment } of effects) {
        expect(told.get(beforeMoment)).toContainEqual({ name, unit, value: before });
        expect(told.get(afterMoment)).toContainEqual({ name, unit, value: after });
      }
  });

  it('names metrics in one order, results first', () => {
    const order = story.series.map(({ of, name }) => `${of} ${name}`);
    expect(order.slice(0, 4)).toEqual(['result accuracy', 'result loss', 'result steps', 'result wall time']);
    expect(compose(entries.slice(0, 40)).series.map(({ of, name }) => `${of} ${name}`)).toEqual(order);
  });

  it('links to messages where the workspace is known', () => {
    const thread = { channel: research, ts: '1700000000.000100' };
    const one = [makeEntry({ thread, message: '1700000000.000200' })];
    const linked = composeStory({ project: 'x', entries: one, workspace: 'https://lab.slack.com/' });
    expect(linked.moments[0]?.link).toBe(
      `https://lab.slack.com/archives/${research}/p1700000000000200?thread_ts=1700000000.000100&cid=${research}`,
    );
    expect(linked.runs[0]?.link).toBe(`https://lab.slack.com/archives/${research}/p1700000000000100`);
    expect(composeStory({ project: 'x', entries: one }).moments[0]?.link).toBeNull();
  });

  it('publishes no mail address, wherever it stands', () => {
    const settings = [{ group: 'variable', name: 'MAIL', value: 'ada@lab.example' }] as const;
    const entry = makeEntry({ text: 'by ada@lab.example', about: 'ada@lab.example/x', settings: [...settings] });
    const named = composeStory({ project: 'x', entries: [{ ...entry, by: ada }], names: new Map([[ada, 'ada@lab.example']]) });
    expect(JSON.stringify(named)).not.toContain('lab.example');
    expect(JSON.stringify(named).match(/\[address\]/g)).toHaveLength(4);
  });

  it('drops figures that are no numbers', () => {
    const figures = [Number.NaN, Number.POSITIVE_INFINITY, 1].map((value) => ({ name: 'loss', unit: '', value }));
    expect(compose([makeEntry({ figures })]).moments[0]?.figures).toEqual([{ name: 'loss', unit: '', value: 1 }]);
  });
});

it.each([
  [`thanks <@${ada}> and <@UOTHER|old name>`, 'thanks @Ada Lovelace and @UOTHER'],
  ['write to ada.l+x@cs.example.ac.uk today', 'write to [address] today'],
  ['git@github.com:lab/nano.git', 'git@github.com:lab/nano.git'],
  ['a @ b', 'a @ b'],
])('publishes “%s” as “%s”', (text, published) => {
  expect(tidyForStory(text, names)).toBe(published);
});

it.each(['a', 'a.', 'a@', '@a.', '<@U', '<@UA|', '.-+@'])(
  'takes time that grows with the words, not faster: “%s” again and again',
  (piece) => {
    const grow = (size: number): string => `@${piece.repeat(size / piece.length)}`;
    expect(measureGrowth((text) => tidyForStory(text, names), grow, 40_000)).toBeLessThan(28);
  },
);

describe('the story in Markdown', () => {
  it('cites a moment behind every measured value, in the order of time', () => {
    const text = renderMarkdown(story);
    expect(text).toContain('| loss | 2.2 [rlab00000.47.0] | 2.18 [rlab00002.47.0] | 2.2 [rlab00000.47.0] | 2.18 [rlab00002.47.0] |');
    expect(text).toContain('  - sample-run, try 1: dead end.');
    const cited = new Set([...text.matchAll(/\[([\w.]+)\]/g)].map(([, id]) => id));
    for (const { id } of story.moments) expect(cited).toContain(id);
    expect(text.split('\n').filter((line) => line.startsWith('## '))).toEqual([
      '## What was measured',
      '## What was learned',
      '## Runs',
      '## 2026-01-05',
    ]);
  });

  it('keeps words of people from being markup', () => {
    const text = renderMarkdown(compose([makeEntry({ text: '<img src=x> [here](javascript:1) | `a` **b** # c' })]));
    expect(text).toContain('&lt;img src=x&gt; \\[here\\](javascript:1) \\| \\`a\\` \\*\\*b\\*\\* \\# c');
  });

  it('says that nothing has happened', () => {
    expect(renderMarkdown(compose([]))).toBe('# The story of nano\n\nNothing has happened yet.\n');
  });
});

it('takes a new attempt of a loop for the change that it is', () => {
  const walk = new LoopWalk().begin().attempt(measured(false, 0.01)).attempt(measured(true));
  const { lessons, moments } = compose(tellRun(walk.events));
  expect(lessons).toMatchObject([{ as: 'fixed', changes: [expect.any(String)] }]);
  const changed = moments.find(({ id }) => id === lessons[0]?.changes[0]);
  expect(changed?.text).toContain('attempt 2 began');
});
