import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/core/diary/entry.ts';
import { composeDigest, isNews } from '../../../src/core/digest/compose.ts';
import { stateId } from '../../../src/core/digest/pieces.ts';
import { isWeekly, planEditions } from '../../../src/core/digest/plan-editions.ts';
import { Digest } from '../../../src/core/digest/schema.ts';
import { DigestSettings, foldDigestSettings } from '../../../src/core/digest/settings.ts';
import { viewDigest } from '../../../src/core/digest/view.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import { drawMessage } from '../../../src/embedded/draw-message.ts';
import { renderSlot } from '../../../src/slack/blocks.ts';
import { begun } from '../run/builders.ts';
import { listPieces, traceDigest } from './trace.ts';
import { simulateWeek, type Lab } from './week.ts';

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;

const PROJECTS = [
  { id: 'CGOLD', title: 'gold', settings: DigestSettings.parse({ zone: 'Europe/Berlin' }) },
  { id: 'CSILVER', title: 'silver', settings: DigestSettings.parse({ zone: 'America/New_York', weekly: false, quiet: 'line' }) },
];

interface Made {
  readonly digest: Digest;
  readonly states: RunState[];
  readonly entries: Entry[];
}

/** Lets the clock go through the week, a look each half hour, and keeps what comes of it. */
function runWeek(lab: Lab, project: (typeof PROJECTS)[number]): Made[] {
  const made: Made[] = [];
  for (let now = begun; now <= begun + WEEK; now += HOUR / 2) {
    const events = lab.eventsOf(project.id, now);
    const { due } = planEditions(foldDigestSettings(project.settings, events, begun), events, now);
    if (due === null) continue;
    lab.append(project.id, { v: 1, at: now, id: due.edition, type: 'digest.due', channel: project.id, ...due });
    lab.append(project.id, { v: 1, at: now, id: due.edition, type: 'digest.posted', edition: due.edition, ts: '1.1' });
    const states = lab.statesOf(project.id, due.to);
    const entries = lab.entriesOf(project.id, due.from, due.to);
    const before = isWeekly(due.edition) ? lab.entriesOf(project.id, due.from - WEEK, due.from) : [];
    const input = {
      ...due,
      project: project.id,
      title: project.title,
      zone: project.settings.zone,
      states,
      entries,
      before,
      targets: [],
      quota: null,
    };
    made.push({ digest: Digest.parse(composeDigest({ ...input, budgets: budgetOf(lab, project.id, due.to) })), states, entries });
  }
  return made;
}

/** As the ledger reckons it: the week's money against the budget of five dollars. */
function budgetOf(lab: Lab, project: string, to: number) {
  const entries = lab.entriesOf(project, 0, to);
  const budget = entries.find(({ source }) => source.event === 'budget.set');
  const paid = entries.filter(({ kind }) => kind === 'cost');
  const used = paid.flatMap(({ figures }) => figures.filter(({ name }) => name === 'money')).reduce((sum, { value }) => sum + value, 0);
  return budget === undefined
    ? []
    : [{ words: '$5.00 a week', used, amount: 5, from: [budget.id, ...paid.map(({ id }) => id)], isAsked: used >= 5 }];
}

/** As a terminal shows it, with the buttons and in no zone but UTC. */
function draw({ digest, states }: Made): string {
  const slot = viewDigest(digest, new Map(states.map((state) => [state.id, state])));
  const { text, blocks } = renderSlot(slot, { mention: true });
  const inUtc = JSON.parse(JSON.stringify(blocks).replaceAll(/<!date\^\d+\^[^|]*\|([^>]*)>/g, '$1')) as typeof blocks;
  const lines = inUtc.flatMap((block) =>
    block.type === 'actions'
      ? [block.elements.map((one) => `[${'text' in one && typeof one.text === 'object' ? one.text.text : ''}]`).join(' ')]
      : drawMessage({ text, blocks: [block], files: [] }),
  );
  return `${lines.join('\n')}\n`;
}

const lab = simulateWeek();
const weeks = PROJECTS.map((project) => ({ project, made: runWeek(lab, project) }));

describe.each(weeks)('a week of $project.title', ({ project, made }) => {
  it('has seven digests, one for each day', () => {
    const week = made.map(({ digest }) => digest.edition);
    const days = ['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08', '2026-01-09', '2026-01-10'];
    expect(week).toEqual([...days, project.settings.weekly ? '2026-W02' : '2026-01-11']);
  });

  it.each(made.map((one) => [one.digest.edition, one] as const))('%s reads as people would want it', async (edition, one) => {
    await expect(draw(one)).toMatchFileSnapshot(`../../fixtures/digest/${project.title}-${edition}.txt`);
  });

  it('has no number without an origin that gives it', () => {
    const all = new Map(lab.entriesOf(project.id, 0, begun + 2 * WEEK).map((entry) => [entry.id, entry]));
    for (const { digest, states } of made)
      traceDigest(digest, { entries: all, states: new Map(states.map((state) => [stateId(state), state])) });
  });

  it('leaves nothing out that happened, and tells it in one digest', () => {
    const daily = made.filter(({ digest }) => !isWeekly(digest.edition));
    for (const { digest, entries } of made) {
      const told = new Set([...listPieces(digest).flatMap(({ from }) => from), ...digest.further]);
      for (const entry of entries.filter(isNews)) expect(told.has(entry.id), `${digest.edition}: ${entry.id} ${entry.text}`).toBe(true);
    }
    const spans = daily.flatMap(({ entries }) => entries.map(({ id }) => id));
    expect(new Set(spans).size).toBe(spans.length);
    const last = made.at(-1)?.digest.to ?? 0;
    const everything = lab.entriesOf(project.id, made[0]?.digest.from ?? 0, last).filter(isNews);
    const told = new Set(made.flatMap(({ entries }) => entries.map(({ id }) => id)));
    expect(everything.filter(({ id }) => !told.has(id))).toEqual([]);
  });
});
