/** A week of two projects, event by event, with a look each half hour: seven digests each, in their channels, by a clock that the test moves. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProjectEvent } from '../../src/core/project/events.ts';
import type { RunEvent } from '../../src/core/run/events.ts';
import { foldEvents } from '../../src/core/run/fold.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { simulateWeek, type Lab } from '../core/digest/week.ts';
import { begun } from '../core/run/builders.ts';
import { ThreadLab } from '../slack/thread-lab.ts';
import { research } from '../support/console.ts';
import { Evening } from './digest-lab.ts';

const HOUR = 3_600_000;
const general = 'CGENERAL001';
const PROJECTS = [research, general];

let lab: ThreadLab;

beforeAll(async () => {
  lab = await ThreadLab.start();
});
afterAll(() => lab.stop());

interface Happening {
  readonly at: number;
  readonly tell: () => Promise<unknown>;
}

/** Everything that the week holds, in the order in which it happens. */
function listHappenings(week: Lab): Happening[] {
  const journal = createRedisJournal(lab.redis.redis, 'test');
  const projects = createProjectStore(lab.redis.redis, 'test');
  const tellRun = (runId: string, events: readonly RunEvent[], index: number) => async () => {
    const state = foldEvents(events.slice(0, index + 1));
    const [event] = events.slice(index, index + 1);
    if (state === null || event === undefined) throw new Error('nothing has begun');
    return journal.append({
      runId,
      expectedVersion: index,
      events: [event],
      commandId: null,
      active: state.verdict === null,
      thread: state.thread,
    });
  };
  const tellProject = (project: string, event: ProjectEvent) => () => projects.append(project, event);
  return PROJECTS.flatMap((project): Happening[] => [
    ...week
      .runEvents(project)
      .flatMap(({ runId, events }) => events.map((event, index) => ({ at: event.at, tell: tellRun(runId, events, index) }))),
    ...week.eventsOf(project, Number.MAX_SAFE_INTEGER).map((event) => ({ at: event.at, tell: tellProject(project, event) })),
  ]).sort((a, b) => a.at - b.at);
}

it('posts seven digests for each, the last of one for its whole week, and none where silence is wished', async () => {
  const week = simulateWeek(research, general);
  const happenings = listHappenings(week);
  const projects = createProjectStore(lab.redis.redis, 'test');
  await projects.append(general, {
    v: 1,
    at: begun,
    id: 's',
    type: 'digest.set',
    by: 'UADA',
    zone: 'America/New_York',
    weekly: false,
    quiet: 'line',
  });
  const clock = new Evening(lab, { weekly: true, zone: 'Europe/Berlin' });
  for (let now = begun; now <= begun + 7 * 24 * HOUR; now += HOUR / 2) {
    while ((happenings[0]?.at ?? Number.POSITIVE_INFINITY) < now) await happenings.shift()?.tell();
    clock.set(now);
    for (const project of PROJECTS) await clock.look(undefined, project);
  }
  const editions = async (project: string) =>
    (await projects.list(project)).flatMap((event) => (event.type === 'digest.posted' ? [[event.edition, event.ts !== null]] : []));
  const days = ['05', '06', '07', '08', '09', '10'].map((day) => `2026-01-${day}`);
  expect(await editions(research)).toEqual([...days.map((day) => [day, day !== '2026-01-10']), ['2026-W02', true]]);
  expect(await editions(general)).toEqual([...days, '2026-01-11'].map((day) => [day, true]));
  const wednesday = await clock.context.digests.load(research, '2026-01-07');
  // The fact that set it, and the seventh event of the journal, which is the one that was paid for.
  const used = wednesday?.sections.find(({ name }) => name === 'costs')?.lines.at(-1)?.[0];
  expect(used).toMatchObject({ text: '25 % of the budget of $5.00 a week', from: ['e0.5', `${research}.7`] });
  const heard = await Promise.all(PROJECTS.map((channel) => lab.console.readMessages(channel)));
  expect(heard.map((messages) => messages.length)).toEqual([6, 7]);
  expect(heard[0]?.at(-1)?.text).toMatch(/^Digest of #research, week 2, until Sun 11 Jan: 1 thing waits\.$/);
  expect(heard[1]?.slice(-3).every(({ text }) => text.includes('Nothing happened'))).toBe(true);
}, 120_000);
