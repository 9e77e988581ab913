import { expect, it } from 'vitest';
import { tellRun } from '../../../src/core/diary/tell.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { listLines } from '../../../src/core/scratch/sections.ts';
import { listOdd, walkOverFailure } from '../diary/examples.ts';
import { ada, Walk } from '../run/builders.ts';

const shown = { nameOf: (user: string) => user, linkTo: () => null };
const list = (events: readonly RunEvent[], section: string, zone = 'UTC'): string[] =>
  listLines(tellRun(events), zone, shown).flatMap((line) => (line.section === section ? [line.text] : []));

it('has a question open until somebody answers who may', () => {
  const walk = Walk.begin().toFirstQuestion();
  expect(list(walk.events, 'Open questions')).toHaveLength(1);
  walk.do({ ...walk.next(), kind: 'refuse-access', by: 'UEVE0000001', what: 'approve by reply' });
  expect(list(walk.events, 'Open questions')).toHaveLength(1);
  walk.approve();
  expect(list(walk.events, 'Open questions')).toEqual([]);
});

it('has what the agent asked open until it is told, and a login until work goes on', () => {
  const events = listOdd();
  const login = events.findIndex((event) => event.type === 'step.delayed' && event.needs === 'login');
  const asked = events.findIndex((event) => event.type === 'agent.fact' && event.fact.kind === 'asked');
  const told = events.findIndex((event) => event.type === 'agent.fact' && event.fact.kind === 'told');
  const begun = walkOverFailure().events.slice(0, 5);
  expect(list([...begun, ...events.slice(login, login + 1)], 'Open questions')).toHaveLength(1);
  expect(list([...begun, ...events.slice(login, login + 2)], 'Open questions')).toEqual([]);
  expect(list([...begun, ...events.slice(asked, asked + 1)], 'Open questions')).toHaveLength(1);
  expect(list([...begun, ...events.slice(asked, asked + 1), ...events.slice(told, told + 1)], 'Open questions')).toEqual([]);
});

it('puts what happened around midnight into the day that it was there', () => {
  const late: RunEvent = { v: 1, at: Date.UTC(2026, 9, 24, 23, 30), type: 'note.added', by: ada, text: 'late', ts: null };
  const events = [...Walk.begin().events, late, { ...late, at: Date.UTC(2026, 9, 25, 23, 30) }];
  const days = (zone: string): string[] =>
    listLines(tellRun(events), zone, shown).flatMap(({ day, section, text }) =>
      section === 'Ideas' ? [`${day} ${text.slice(2, 7)}`] : [],
    );
  expect(days('UTC')).toEqual(['2026-10-24 23:30', '2026-10-25 23:30']);
  // The clocks there went back an hour in the night between them.
  expect(days('Europe/Berlin')).toEqual(['2026-10-25 01:30', '2026-10-26 00:30']);
  expect(days('America/New_York')).toEqual(['2026-10-24 19:30', '2026-10-25 19:30']);
});

it('lets nothing of a text become Markdown', () => {
  const note: RunEvent = {
    v: 1,
    at: 1,
    type: 'note.added',
    by: ada,
    text: '<!-- day --> [x](http://e) `a_b` *b* _c_ | ~d~ <@UADA0000001>',
    ts: null,
  };
  expect(list([...Walk.begin().events, note], 'Ideas')[0]).toBe(
    '- 00:00 UADA0000001: &lt;!-- day --&gt; \\[x\\](http://e) \\`a_b\\` \\*b\\* \\_c\\_ \\| \\~d\\~ @UADA0000001 (rtestrun#3)',
  );
});
